/**
 * Network identity, and Wi-Fi: what the firmware provides.
 */
#ifndef _WRAPPERS_AWSS_H_
#define _WRAPPERS_AWSS_H_

#include "iot_import_awss.h"
#include "wrappers_defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Writes the MAC address, `XX:XX:XX:XX:XX:XX` in any case, and gives `mac_str`. */
char *HAL_Wifi_Get_Mac(char mac_str[HAL_MAC_LEN]);

/**
 * Writes the IPv4 address of `ifname`, NULL for the default interface, as dotted text; leaves
 * `ip_str` empty while there is none. The result is not looked at.
 */
uint32_t HAL_Wifi_Get_IP(char ip_str[NETWORK_ADDR_LEN], const char *ifname);

/*
 * The others are for an archive with the feature `provision`. They are called from the task that is
 * in `awss_start` or `awss_dev_ap_start` and, the closing ones, from one that stops it.
 */

/**
 * Hands every 802.11 frame of the channel to `cb`, from any task but not from an interrupt, until
 * `HAL_Awss_Close_Monitor`. `cb` takes up to 4 KB of the task's stack on a Cortex-M.
 */
void HAL_Awss_Open_Monitor(awss_recv_80211_frame_cb_t cb);

/** Back to station mode; also called when the monitor is not open. */
void HAL_Awss_Close_Monitor(void);

/** Tunes the monitor; `secondary_channel` 0 and `bssid` NULL always. */
void HAL_Awss_Switch_Channel(char primary_channel, char secondary_channel, uint8_t bssid[ETH_ALEN]);

/** How long to listen on a channel, ms; 200 to 250 is usual. */
int HAL_Awss_Get_Channelscan_Interval_Ms(void);

/** How long to scan, ms, before a pause; 0 is without end. */
int HAL_Awss_Get_Timeout_Interval_Ms(void);

/**
 * Joins a network; may block for `connection_timeout_ms`. `auth` and `encry`: hints, 255 when not
 * known; `bssid`: a hint, NULL or zeros when not known; `channel`: a hint, 0 when not known. 0 when
 * the device has an address, anything else when it has not joined.
 */
int HAL_Awss_Connect_Ap(uint32_t connection_timeout_ms, char ssid[HAL_MAX_SSID_LEN],
                        char passwd[HAL_MAX_PASSWD_LEN], enum AWSS_AUTH_TYPE auth,
                        enum AWSS_ENC_TYPE encry, uint8_t bssid[ETH_ALEN], uint8_t channel);

/**
 * Becomes an access point; `passwd` empty: an open one; `beacon_interval`: in units of 1024 us;
 * `hide` 1: without its name in beacons. 0, or anything else on failure.
 */
int HAL_Awss_Open_Ap(const char *ssid, const char *passwd, int beacon_interval, int hide);

/** Back to station mode; also called when there is no access point. 0, or else on failure. */
int HAL_Awss_Close_Ap(void);

/**
 * Writes what the station has joined; each pointer may be NULL. 0, or -1 when it has joined none:
 * nothing is written then.
 */
int HAL_Wifi_Get_Ap_Info(char ssid[HAL_MAX_SSID_LEN], char passwd[HAL_MAX_PASSWD_LEN],
                         uint8_t bssid[ETH_ALEN]);

/** Has the station an address? 1 or 0. */
int HAL_Sys_Net_Is_Ready(void);

/** Scans, calls `cb` for each access point, and returns then. 0, or -1. */
int HAL_Wifi_Scan(awss_wifi_scan_result_cb_t cb);

/** Sends a whole frame, the room for its check sequence included. 0, -1 failed, -2 not supported.
 */
int HAL_Wifi_Send_80211_Raw_Frame(enum HAL_Awss_Frame_Type type, uint8_t *buffer, int len);

/**
 * Hands the management frames of the kinds in `filter_mask` (`FRAME_*_MASK`) with an element of
 * `vendor_oui`, NULL for any, to `callback`, from any task, while the station stays in its network;
 * NULL ends it. An archive with the feature `registrar` turns it on and off every 6.4 s. 0, -1
 * failed, -2 not supported: the device helps no other to join then.
 */
int HAL_Wifi_Enable_Mgmt_Frame_Filter(uint32_t filter_mask, uint8_t vendor_oui[3],
                                      awss_wifi_mgmt_frame_cb_t callback);

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_AWSS_H_ */
