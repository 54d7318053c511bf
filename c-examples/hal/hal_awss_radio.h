/**
 * What there is on the air, as the script says it. All of it can be called from any thread.
 */
#ifndef HAL_AWSS_RADIO_H
#define HAL_AWSS_RADIO_H

#include "wrappers_awss.h"

/** The highest channel at 2.4 GHz. */
#define HAL_RADIO_CHANNEL_MAX 14
/** All of them. */
#define HAL_RADIO_ANY_CHANNEL 0
/** How many access points there can be. */
#define HAL_RADIO_AP_MAX 64
/** The longest frame, bytes. */
#define HAL_RADIO_FRAME_MAX 2048

/** Texts are NUL-terminated; the password of an open network is empty. */
typedef struct {
    char ssid[HAL_MAX_SSID_LEN];
    char password[HAL_MAX_PASSWD_LEN];
    uint8_t bssid[ETH_ALEN];
    uint8_t channel;
    enum AWSS_AUTH_TYPE auth;
    enum AWSS_ENC_TYPE encry;
} hal_radio_ap_t;

/** An access point exists; it takes the place of one with its `bssid`. -1: there are too many. */
int hal_radio_add(const hal_radio_ap_t *ap);

/** The access point that lets a station in; 0, or -1 when there is none. */
int hal_radio_find(const char *ssid, const char *password, hal_radio_ap_t *found);

/** How long each join takes from now on. */
void hal_radio_set_join_time(uint32_t ms);

/** The next joins fail, so many. */
void hal_radio_refuse(uint32_t joins);

/** The station has got an address, or lost it. */
void hal_radio_set_net(int is_up);

/** The station leaves its network: one radio that listens or serves is no station. */
void hal_radio_leave(void);

/** Hands a frame to those who listen on `channel`, and returns when they have taken it. */
void hal_radio_hear(uint8_t channel, signed char rssi, const uint8_t *frame, int length);

/** Waits until the monitor is open and on `channel`. */
void hal_radio_wait(uint8_t channel);

#endif /* HAL_AWSS_RADIO_H */
