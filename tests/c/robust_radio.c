/* HAL_Awss_*: a radio whose driver has a thread that hears the same frames over and over, and which
 * joins every second time. */
#define _POSIX_C_SOURCE 200809L

#include "robust_radio.h"

#include "wrappers.h"

#include <pthread.h>
#include <string.h>

#define FRAME_PAUSE_MS 1
#define JOIN_MS 15
/* Of a phone's broadcast to an access point with AES, without its last bytes. */
#define HEAD_LEN 32
#define EMPTY_LEN 76

static const unsigned char beacon[] =
    "\x80\x00\x00\x00\xff\xff\xff\xff\xff\xff\xd8\xfe\xe3\x11\x22\x33\xd8\xfe\xe3\x11\x22\x33"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x64\x00\x11\x04\x00\x0blinkkit-lab"
    "\x01\x08\x82\x84\x8b\x96\x0c\x12\x18\x24\x03\x01\x06\x30\x14\x01\x00\x00\x0f\xac\x04\x01\x00"
    "\x00\x0f\xac\x04\x01\x00\x00\x0f\xac\x02\x00";
static const unsigned char head[HEAD_LEN] = {
    0x08, 0x41, 0,    0,    0xd8, 0xfe, 0xe3, 0x11, 0x22, 0x33, 0xcc, 0xfa, 0x00, 0xc8, 0xcf, 0xd2,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0,    0,    0x11, 0x22, 0,    0x20, 0,    0,    0,    0};
/* `linkkit-lab` and `12345678` under the product secret 7jluWm1zql7bt8qK. */
static const unsigned short codes[] = {0x4e0, 0x11c, 0x185, 0x20b, 0x28b, 0x34c, 0x3c9, 0x44e,
                                       0x4cb, 0x3e1, 0x14b, 0x1c9, 0x254, 0x28d, 0x34c, 0x3c1,
                                       0x442, 0x490, 0x3e2, 0x12d, 0x197, 0x22d, 0x2b1, 0x30f,
                                       0x389, 0x413, 0x4bf, 0x3e3, 0x11d, 0x186, 0x211, 0x2a8};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static awss_recv_80211_frame_cb_t monitor;
static int is_over, is_joined, joins;
static pthread_t driver;

/* The callback is called with no lock of the driver's held, so it may come after the monitor is
 * closed. */
static void hand_over(unsigned char *frame, int length)
{
    awss_recv_80211_frame_cb_t callback;

    pthread_mutex_lock(&lock);
    callback = monitor;
    pthread_mutex_unlock(&lock);
    if (callback != NULL) {
        callback((char *)frame, length, AWSS_LINK_TYPE_NONE, 0, -40);
    }
    HAL_SleepMs(FRAME_PAUSE_MS);
}

static void *drive(void *unused)
{
    static unsigned char frame[EMPTY_LEN + 0x4e0];
    unsigned sequence_number = 0, at = 0;
    int over = 0;

    (void)unused;
    while (!over) {
        if (at == 0) {
            memcpy(frame, beacon, sizeof(beacon) - 1);
            hand_over(frame, (int)sizeof(beacon) - 1);
        }
        memset(frame, 0, sizeof(frame));
        memcpy(frame, head, HEAD_LEN);
        frame[22] = (unsigned char)(sequence_number << 4);
        frame[23] = (unsigned char)(sequence_number >> 4);
        hand_over(frame, EMPTY_LEN + codes[at]);
        sequence_number = (sequence_number + 1) % 4096;
        at = (at + 1) % (sizeof(codes) / sizeof(codes[0]));
        pthread_mutex_lock(&lock);
        over = is_over;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int radio_starts(void)
{
    return pthread_create(&driver, NULL, drive, NULL) == 0;
}

int radio_ends(void)
{
    int count;

    pthread_mutex_lock(&lock);
    is_over = 1;
    pthread_mutex_unlock(&lock);
    pthread_join(driver, NULL);
    pthread_mutex_lock(&lock);
    count = joins;
    pthread_mutex_unlock(&lock);
    return count;
}

static void set_monitor(awss_recv_80211_frame_cb_t callback)
{
    pthread_mutex_lock(&lock);
    monitor = callback;
    is_joined = is_joined && callback == NULL;
    pthread_mutex_unlock(&lock);
}

void HAL_Awss_Open_Monitor(awss_recv_80211_frame_cb_t callback)
{
    set_monitor(callback);
}

void HAL_Awss_Close_Monitor(void)
{
    set_monitor(NULL);
}

void HAL_Awss_Switch_Channel(char primary_channel, char secondary_channel, uint8_t bssid[ETH_ALEN])
{
    (void)primary_channel;
    (void)secondary_channel;
    (void)bssid;
}

int HAL_Awss_Get_Channelscan_Interval_Ms(void)
{
    return 20;
}

int HAL_Awss_Get_Timeout_Interval_Ms(void)
{
    return 0;
}

int HAL_Awss_Connect_Ap(uint32_t connection_timeout_ms, char ssid[HAL_MAX_SSID_LEN],
                        char passwd[HAL_MAX_PASSWD_LEN], enum AWSS_AUTH_TYPE auth,
                        enum AWSS_ENC_TYPE encry, uint8_t bssid[ETH_ALEN], uint8_t channel)
{
    int has_joined;

    (void)connection_timeout_ms;
    (void)auth;
    (void)encry;
    (void)bssid;
    (void)channel;
    HAL_SleepMs(JOIN_MS);
    pthread_mutex_lock(&lock);
    joins++;
    has_joined =
        joins % 2 == 0 && strcmp(ssid, "linkkit-lab") == 0 && strcmp(passwd, "12345678") == 0;
    is_joined = has_joined;
    pthread_mutex_unlock(&lock);
    return has_joined ? 0 : -1;
}

int HAL_Awss_Open_Ap(const char *ssid, const char *passwd, int beacon_interval, int hide)
{
    (void)ssid;
    (void)passwd;
    (void)beacon_interval;
    (void)hide;
    return 0;
}

int HAL_Awss_Close_Ap(void)
{
    return 0;
}

int HAL_Sys_Net_Is_Ready(void)
{
    int is_ready;

    pthread_mutex_lock(&lock);
    is_ready = is_joined;
    pthread_mutex_unlock(&lock);
    return is_ready;
}
