/* A port whose Wi-Fi hears nothing and joins nothing. */
#include "wrappers.h"

void HAL_Awss_Open_Monitor(awss_recv_80211_frame_cb_t callback)
{
    (void)callback;
}

void HAL_Awss_Close_Monitor(void)
{
}

void HAL_Awss_Switch_Channel(char primary_channel, char secondary_channel, uint8_t bssid[ETH_ALEN])
{
    (void)primary_channel;
    (void)secondary_channel;
    (void)bssid;
}

int HAL_Awss_Get_Channelscan_Interval_Ms(void)
{
    return 250;
}

int HAL_Awss_Get_Timeout_Interval_Ms(void)
{
    return 0;
}

int HAL_Awss_Connect_Ap(uint32_t connection_timeout_ms, char ssid[HAL_MAX_SSID_LEN],
                        char passwd[HAL_MAX_PASSWD_LEN], enum AWSS_AUTH_TYPE auth,
                        enum AWSS_ENC_TYPE encry, uint8_t bssid[ETH_ALEN], uint8_t channel)
{
    (void)connection_timeout_ms;
    (void)ssid;
    (void)passwd;
    (void)auth;
    (void)encry;
    (void)bssid;
    (void)channel;
    return -1;
}

int HAL_Awss_Open_Ap(const char *ssid, const char *passwd, int beacon_interval, int hide)
{
    (void)ssid;
    (void)passwd;
    (void)beacon_interval;
    (void)hide;
    return -1;
}

int HAL_Awss_Close_Ap(void)
{
    return 0;
}

int HAL_Sys_Net_Is_Ready(void)
{
    return 0;
}
