/*
 * The access points.
 */
#define _POSIX_C_SOURCE 200809L

#include "dev_bind_wrapper.h"
#include "hal_awss_radio.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RSSI (-50)

static hal_radio_ap_t aps[HAL_RADIO_AP_MAX];
static size_t ap_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int hal_radio_add(const hal_radio_ap_t *ap)
{
    size_t n = 0;
    int status = -1;

    pthread_mutex_lock(&lock);
    while (n < ap_count && memcmp(aps[n].bssid, ap->bssid, sizeof(ap->bssid)) != 0) {
        n++;
    }
    if (n < HAL_RADIO_AP_MAX) {
        aps[n] = *ap;
        ap_count = n == ap_count ? n + 1 : ap_count;
        status = 0;
    }
    pthread_mutex_unlock(&lock);
    return status;
}

int hal_radio_find(const char *ssid, const char *password, hal_radio_ap_t *found)
{
    int status = -1;
    size_t n;

    pthread_mutex_lock(&lock);
    for (n = 0; status != 0 && n < ap_count; n++) {
        if (strcmp(aps[n].ssid, ssid) == 0 && strcmp(aps[n].password, password) == 0) {
            *found = aps[n];
            status = 0;
        }
    }
    pthread_mutex_unlock(&lock);
    return status;
}

int HAL_Wifi_Scan(awss_wifi_scan_result_cb_t cb)
{
    hal_radio_ap_t *found = cb != NULL ? malloc(sizeof(aps)) : NULL;
    size_t count, n;

    if (found == NULL) {
        return -1;
    }
    pthread_mutex_lock(&lock);
    count = ap_count;
    memcpy(found, aps, sizeof(aps));
    pthread_mutex_unlock(&lock);
    HAL_Printf("wifi: scan finds %u\r\n", (unsigned)count);
    for (n = 0; n < count; n++) {
        cb(found[n].ssid, found[n].bssid, found[n].auth, found[n].encry, found[n].channel, RSSI,
           n + 1 == count);
    }
    free(found);
    return 0;
}
