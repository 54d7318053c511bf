/*
 * Frames: those heard, by the monitor and by the filter of management frames, and those sent.
 */
#define _POSIX_C_SOURCE 200809L

#include "dev_bind_wrapper.h"
#include "hal_awss.h"
#include "hal_awss_radio.h"
#include "hal_awss_socket.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Dwell and length of a scan as AliOS ports have them. */
#define CHANNEL_MS 200
#define SCAN_MS 180000

#define HEADER_LEN 24
/* Timestamp, interval, capabilities. */
#define BEACON_FIXED_LEN 12
#define VENDOR_ELEMENT 221
#define OUI_LEN 3

typedef struct {
    awss_wifi_mgmt_frame_cb_t callback;
    uint32_t mask;
    uint8_t oui[OUI_LEN];
    int is_any_oui;
} filter_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
/* A driver hands over one frame at a time. */
static pthread_mutex_t delivery_lock = PTHREAD_MUTEX_INITIALIZER;
static awss_recv_80211_frame_cb_t monitor;
static uint8_t tuned_channel = 1;
static filter_t filter;
static int is_verbose;

void hal_awss_set_verbose(int wanted)
{
    is_verbose = wanted;
}

static void set_monitor(awss_recv_80211_frame_cb_t cb)
{
    pthread_mutex_lock(&lock);
    monitor = cb;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void HAL_Awss_Open_Monitor(awss_recv_80211_frame_cb_t cb)
{
    hal_radio_leave();
    HAL_Printf("%s", "wifi: open monitor\r\n");
    set_monitor(cb);
}

void HAL_Awss_Close_Monitor(void)
{
    set_monitor(NULL);
    HAL_Printf("%s", "wifi: close monitor\r\n");
}

void HAL_Awss_Switch_Channel(char primary_channel, char secondary_channel, uint8_t bssid[ETH_ALEN])
{
    (void)secondary_channel;
    (void)bssid;
    if (primary_channel < 1 || primary_channel > HAL_RADIO_CHANNEL_MAX) {
        HAL_Printf("wifi: there is no channel %d\r\n", primary_channel);
        return;
    }
    if (is_verbose) {
        HAL_Printf("wifi: channel %d\r\n", primary_channel);
    }
    pthread_mutex_lock(&lock);
    tuned_channel = (uint8_t)primary_channel;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

int HAL_Awss_Get_Channelscan_Interval_Ms(void)
{
    return CHANNEL_MS;
}

int HAL_Awss_Get_Timeout_Interval_Ms(void)
{
    return SCAN_MS;
}

static int is_tuned(uint8_t channel)
{
    return channel == HAL_RADIO_ANY_CHANNEL || channel == tuned_channel;
}

void hal_radio_wait(uint8_t channel)
{
    pthread_mutex_lock(&lock);
    while (monitor == NULL || !is_tuned(channel)) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

/* The FRAME_*_MASK of a frame, 0 for one of another kind; `elements`: where its elements begin. */
static uint32_t kind_of(const uint8_t *frame, int length, int *elements)
{
    *elements = HEADER_LEN;
    if (length < HEADER_LEN) {
        return 0;
    }
    switch (frame[0] & 0xFC) {
    case 0x40:
        return FRAME_PROBE_REQ_MASK;
    case 0x50:
        *elements += BEACON_FIXED_LEN;
        return FRAME_PROBE_RESP_MASK;
    case 0x80:
        *elements += BEACON_FIXED_LEN;
        return FRAME_BEACON_MASK;
    case 0xD0:
        return FRAME_ACTION_MASK;
    default:
        return (frame[0] & 0x0C) == 0x08 ? FRAME_DATA_MASK : 0;
    }
}

static int has_element(const filter_t *wanted, const uint8_t *frame, int length, int at)
{
    while (length - at >= 2 && frame[at + 1] <= length - at - 2) {
        if (frame[at] == VENDOR_ELEMENT && frame[at + 1] >= OUI_LEN &&
            (wanted->is_any_oui || memcmp(&frame[at + 2], wanted->oui, OUI_LEN) == 0)) {
            return 1;
        }
        at += 2 + frame[at + 1];
    }
    return 0;
}

static int passes(const filter_t *wanted, const uint8_t *frame, int length)
{
    int elements;

    return wanted->callback != NULL && (kind_of(frame, length, &elements) & wanted->mask) != 0 &&
           has_element(wanted, frame, length, elements);
}

/* As long as the frame and no longer: a checker of memory sees who reads past its end. */
static uint8_t *copy_of(const uint8_t *frame, int length)
{
    uint8_t *copy = malloc((size_t)length);

    if (copy != NULL) {
        memcpy(copy, frame, (size_t)length);
    }
    return copy;
}

void hal_radio_hear(uint8_t channel, signed char rssi, const uint8_t *frame, int length)
{
    awss_recv_80211_frame_cb_t listener;
    filter_t wanted;
    uint8_t *copy;

    pthread_mutex_lock(&delivery_lock);
    pthread_mutex_lock(&lock);
    listener = is_tuned(channel) ? monitor : NULL;
    wanted = filter;
    pthread_mutex_unlock(&lock);
    /* Unlocked: they may call the port. They may come behind a close, as with a driver. */
    if (listener != NULL && (copy = copy_of(frame, length)) != NULL) {
        listener((char *)copy, length, AWSS_LINK_TYPE_NONE, 0, rssi);
        free(copy);
    }
    if (passes(&wanted, frame, length) && (copy = copy_of(frame, length)) != NULL) {
        wanted.callback(copy, length, rssi, 0);
        free(copy);
    }
    pthread_mutex_unlock(&delivery_lock);
}

int HAL_Wifi_Enable_Mgmt_Frame_Filter(uint32_t filter_mask, uint8_t vendor_oui[3],
                                      awss_wifi_mgmt_frame_cb_t callback)
{
    HAL_Printf("wifi: filter %s, mask 0x%x\r\n", callback != NULL ? "on" : "off",
               (unsigned)filter_mask);
    pthread_mutex_lock(&lock);
    filter.callback = callback;
    filter.mask = filter_mask;
    filter.is_any_oui = vendor_oui == NULL;
    if (vendor_oui != NULL) {
        memcpy(filter.oui, vendor_oui, sizeof(filter.oui));
    }
    pthread_mutex_unlock(&lock);
    return 0;
}

int HAL_Wifi_Send_80211_Raw_Frame(enum HAL_Awss_Frame_Type type, uint8_t *buffer, int len)
{
    if (buffer == NULL || len < HEADER_LEN || len > HAL_RADIO_FRAME_MAX) {
        return -1;
    }
    if (is_verbose) {
        HAL_Printf("wifi: send %d, %d bytes\r\n", (int)type, len);
    }
    hal_awss_tell_sent(type, buffer, len);
    return 0;
}
