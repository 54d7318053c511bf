/*
 * The station, and the access point that the device can be instead.
 */
#define _POSIX_C_SOURCE 200809L

#include "dev_bind_wrapper.h"
#include "hal_awss.h"
#include "hal_awss_radio.h"
#include "hal_awss_text.h"

#include <pthread.h>
#include <string.h>

#define ESCAPED_SSID_MAX (3 * HAL_MAX_SSID_LEN)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t join_ended = PTHREAD_COND_INITIALIZER;
static uint32_t join_ms = 100;
static uint32_t joins_to_refuse;
static int is_joining;
static int is_joined;
static hal_radio_ap_t joined;
static int is_net_up;
static void (*on_link)(int is_up);

void hal_awss_set_link_handler(void (*handler)(int is_up))
{
    on_link = handler;
}

void hal_radio_set_join_time(uint32_t ms)
{
    pthread_mutex_lock(&lock);
    join_ms = ms;
    pthread_mutex_unlock(&lock);
}

void hal_radio_refuse(uint32_t joins)
{
    pthread_mutex_lock(&lock);
    joins_to_refuse = joins;
    pthread_mutex_unlock(&lock);
}

/* Joins `ap`, or none when it is NULL. The handler is called unlocked. */
static void change(const hal_radio_ap_t *ap, int is_up)
{
    int is_change;

    pthread_mutex_lock(&lock);
    is_joined = ap != NULL;
    if (ap != NULL) {
        joined = *ap;
    }
    is_change = is_net_up != is_up;
    is_net_up = is_up;
    pthread_mutex_unlock(&lock);
    if (is_change && on_link != NULL) {
        on_link(is_up);
    }
}

void hal_radio_leave(void)
{
    change(NULL, 0);
}

void hal_radio_set_net(int is_up)
{
    int is_change;

    pthread_mutex_lock(&lock);
    is_change = is_net_up != is_up;
    is_net_up = is_up;
    pthread_mutex_unlock(&lock);
    if (is_change && on_link != NULL) {
        on_link(is_up);
    }
}

static void print_connect(const char *ssid, int auth, int encry, const uint8_t *bssid, int channel)
{
    char name[ESCAPED_SSID_MAX];
    char address[HAL_MAC_LEN] = "-";

    hal_text_escape(name, sizeof(name), ssid);
    if (bssid != NULL) {
        HAL_Snprintf(address, sizeof(address), "%02x:%02x:%02x:%02x:%02x:%02x", bssid[0], bssid[1],
                     bssid[2], bssid[3], bssid[4], bssid[5]);
    }
    HAL_Printf("wifi: connect ssid=%s bssid=%s auth=%d encry=%d channel=%d\r\n", name, address,
               auth, encry, channel);
}

/* Waits for the turn of a join; gives the time that it takes. */
static uint32_t begin_join(void)
{
    uint32_t ms;

    pthread_mutex_lock(&lock);
    while (is_joining) {
        pthread_cond_wait(&join_ended, &lock);
    }
    is_joining = 1;
    ms = join_ms;
    pthread_mutex_unlock(&lock);
    return ms;
}

static void end_join(void)
{
    pthread_mutex_lock(&lock);
    is_joining = 0;
    pthread_cond_signal(&join_ended);
    pthread_mutex_unlock(&lock);
}

static int is_refused(void)
{
    int answer;

    pthread_mutex_lock(&lock);
    answer = joins_to_refuse > 0;
    joins_to_refuse -= (uint32_t)answer;
    pthread_mutex_unlock(&lock);
    return answer;
}

int HAL_Awss_Connect_Ap(uint32_t connection_timeout_ms, char ssid[HAL_MAX_SSID_LEN],
                        char passwd[HAL_MAX_PASSWD_LEN], enum AWSS_AUTH_TYPE auth,
                        enum AWSS_ENC_TYPE encry, uint8_t bssid[ETH_ALEN], uint8_t channel)
{
    hal_radio_ap_t ap;
    uint32_t ms;
    int is_granted;

    if (ssid == NULL || memchr(ssid, '\0', HAL_MAX_SSID_LEN) == NULL || passwd == NULL ||
        memchr(passwd, '\0', HAL_MAX_PASSWD_LEN) == NULL) {
        HAL_Printf("%s", "wifi: connect without an end of name or password\r\n");
        return -1;
    }
    ms = begin_join();
    print_connect(ssid, (int)auth, (int)encry, bssid, channel);
    hal_radio_leave();
    HAL_SleepMs(ms < connection_timeout_ms ? ms : connection_timeout_ms);
    is_granted =
        !is_refused() && ms <= connection_timeout_ms && hal_radio_find(ssid, passwd, &ap) == 0;
    HAL_Printf("wifi: %s\r\n", is_granted ? "connected" : "refused");
    if (is_granted) {
        change(&ap, 1);
    }
    end_join();
    return is_granted ? 0 : -1;
}

int HAL_Sys_Net_Is_Ready(void)
{
    int answer;

    pthread_mutex_lock(&lock);
    answer = is_net_up;
    pthread_mutex_unlock(&lock);
    return answer;
}

int HAL_Wifi_Get_Ap_Info(char ssid[HAL_MAX_SSID_LEN], char passwd[HAL_MAX_PASSWD_LEN],
                         uint8_t bssid[ETH_ALEN])
{
    hal_radio_ap_t ap;
    int status;

    pthread_mutex_lock(&lock);
    status = is_joined ? 0 : -1;
    ap = joined;
    pthread_mutex_unlock(&lock);
    if (status == 0 && ssid != NULL) {
        memcpy(ssid, ap.ssid, sizeof(ap.ssid));
    }
    if (status == 0 && passwd != NULL) {
        memcpy(passwd, ap.password, sizeof(ap.password));
    }
    if (status == 0 && bssid != NULL) {
        memcpy(bssid, ap.bssid, sizeof(ap.bssid));
    }
    return status;
}

int HAL_Awss_Open_Ap(const char *ssid, const char *passwd, int beacon_interval, int hide)
{
    char name[ESCAPED_SSID_MAX];

    (void)passwd;
    (void)beacon_interval;
    (void)hide;
    if (ssid == NULL || strlen(ssid) >= HAL_MAX_SSID_LEN) {
        HAL_Printf("%s", "wifi: open ap: a name has at most 32 bytes\r\n");
        return -1;
    }
    hal_radio_leave();
    hal_text_escape(name, sizeof(name), ssid);
    HAL_Printf("wifi: open ap %s\r\n", name);
    return 0;
}

int HAL_Awss_Close_Ap(void)
{
    HAL_Printf("%s", "wifi: close ap\r\n");
    return 0;
}
