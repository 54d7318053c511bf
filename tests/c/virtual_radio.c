/* HAL_Awss_*: a radio that says what it is told to do, and joins networks as it is told. */
#include "virtual_radio.h"

#include "virtual_port.h"

#include "wrappers.h"

#include <stdio.h>
#include <string.h>

#define MONITOR_MAX 2000
#define FRAME_SHOWN_MAX 200

static awss_recv_80211_frame_cb_t monitor;
static int join_result, ap_result, is_joined;
static uint32_t join_ms;
static unsigned found_count = 1;
static char own_ssid[HAL_MAX_SSID_LEN], own_passwd[HAL_MAX_PASSWD_LEN];

static const uint8_t own_bssid[ETH_ALEN] = {0xd8, 0xfe, 0xe3, 0x11, 0x22, 0x33};

void radio_joins(int result, uint32_t ms)
{
    join_result = result;
    join_ms = ms;
}

void radio_opens(int result)
{
    ap_result = result;
}

awss_recv_80211_frame_cb_t radio_monitor(void)
{
    return monitor;
}

void radio_finds(unsigned count)
{
    found_count = count;
}

void radio_is_in(const char *ssid, const char *passwd)
{
    snprintf(own_ssid, sizeof(own_ssid), "%s", ssid);
    snprintf(own_passwd, sizeof(own_passwd), "%s", passwd);
}

int radio_hears(const unsigned char *frame, unsigned length)
{
    char bytes[MONITOR_MAX];
    unsigned i;

    if (monitor == NULL || length > sizeof(bytes)) {
        return 0;
    }
    for (i = 0; i < length; i++) {
        bytes[i] = (char)frame[i];
    }
    monitor(bytes, (int)length, AWSS_LINK_TYPE_NONE, 0, -40);
    if (memcmp(bytes, frame, length) != 0) {
        rule_broken("a write to the driver's frame");
    }
    return 1;
}

void HAL_Awss_Open_Monitor(awss_recv_80211_frame_cb_t callback)
{
    rule_lock_is_free("HAL_Awss_Open_Monitor with a mutex locked");
    monitor = callback;
    is_joined = 0;
    trace("open monitor");
}

void HAL_Awss_Close_Monitor(void)
{
    rule_lock_is_free("HAL_Awss_Close_Monitor with a mutex locked");
    monitor = NULL;
    trace("close monitor");
}

void HAL_Awss_Switch_Channel(char primary_channel, char secondary_channel, uint8_t bssid[ETH_ALEN])
{
    rule_lock_is_free("HAL_Awss_Switch_Channel with a mutex locked");
    trace("channel %d %d %s", primary_channel, secondary_channel, bssid == NULL ? "-" : "bssid");
}

int HAL_Awss_Get_Channelscan_Interval_Ms(void)
{
    return 250;
}

int HAL_Awss_Get_Timeout_Interval_Ms(void)
{
    return 180000;
}

static void print_bssid(char *text, size_t room, const uint8_t *bssid)
{
    if (bssid == NULL) {
        snprintf(text, room, "-");
    } else {
        snprintf(text, room, "%02x%02x%02x%02x%02x%02x", bssid[0], bssid[1], bssid[2], bssid[3],
                 bssid[4], bssid[5]);
    }
}

int HAL_Awss_Connect_Ap(uint32_t connection_timeout_ms, char ssid[HAL_MAX_SSID_LEN],
                        char passwd[HAL_MAX_PASSWD_LEN], enum AWSS_AUTH_TYPE auth,
                        enum AWSS_ENC_TYPE encry, uint8_t bssid[ETH_ALEN], uint8_t channel)
{
    char text[13];

    rule_lock_is_free("HAL_Awss_Connect_Ap with a mutex locked");
    print_bssid(text, sizeof(text), bssid);
    trace("connect %u '%s' '%s' %u %u %s %u", (unsigned)connection_timeout_ms, ssid, passwd,
          (unsigned)auth, (unsigned)encry, text, channel);
    virtual_wait(join_ms);
    is_joined = join_result == 0;
    return join_result;
}

int HAL_Awss_Open_Ap(const char *ssid, const char *passwd, int beacon_interval, int hide)
{
    rule_lock_is_free("HAL_Awss_Open_Ap with a mutex locked");
    trace("open ap '%s' '%s' %d %d", ssid, passwd, beacon_interval, hide);
    return ap_result;
}

int HAL_Awss_Close_Ap(void)
{
    rule_lock_is_free("HAL_Awss_Close_Ap with a mutex locked");
    trace("close ap");
    return 0;
}

int HAL_Sys_Net_Is_Ready(void)
{
    rule_lock_is_free("HAL_Sys_Net_Is_Ready with a mutex locked");
    return is_joined;
}

int HAL_Wifi_Send_80211_Raw_Frame(enum HAL_Awss_Frame_Type type, uint8_t *buffer, int len)
{
    char hex[2 * FRAME_SHOWN_MAX + 1] = "";
    int i;

    rule_lock_is_free("HAL_Wifi_Send_80211_Raw_Frame with a mutex locked");
    for (i = 0; i < len && i < FRAME_SHOWN_MAX; i++) {
        snprintf(hex + 2 * i, 3, "%02x", buffer[i]);
    }
    trace("air %u %s", (unsigned)type, hex);
    return 0;
}

int HAL_Wifi_Scan(awss_wifi_scan_result_cb_t callback)
{
    char ssid[HAL_MAX_SSID_LEN];
    uint8_t bssid[ETH_ALEN];
    unsigned i;

    rule_lock_is_free("HAL_Wifi_Scan with a mutex locked");
    trace("scan");
    memcpy(bssid, own_bssid, sizeof(bssid));
    for (i = 0; i < found_count; i++) {
        snprintf(ssid, sizeof(ssid), "network number %u", i);
        bssid[ETH_ALEN - 1] = (uint8_t)(own_bssid[ETH_ALEN - 1] + i);
        callback(ssid, bssid, AWSS_AUTH_TYPE_WPA2PSK, AWSS_ENC_TYPE_AES, 6, -50,
                 i + 1 == found_count);
    }
    return 0;
}

int HAL_Wifi_Get_Ap_Info(char ssid[HAL_MAX_SSID_LEN], char passwd[HAL_MAX_PASSWD_LEN],
                         uint8_t bssid[ETH_ALEN])
{
    if (own_ssid[0] == '\0') {
        return -1;
    }
    if (ssid != NULL) {
        strcpy(ssid, own_ssid);
    }
    if (passwd != NULL) {
        strcpy(passwd, own_passwd);
    }
    if (bssid != NULL) {
        memcpy(bssid, own_bssid, sizeof(own_bssid));
    }
    return 0;
}
