/**
 * Types of the Wi-Fi half of the port. Source: 3.0.1 `iot_import_awss.h`.
 */
#ifndef __IOT_IMPORT_AWSS_H__
#define __IOT_IMPORT_AWSS_H__

#include "infra_defs.h"
#include "infra_types.h"

#include "linkkit/wrappers_awss.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The same numbers under other names; an enum of the generator cannot say so. */
#define AWSS_AUTH_TYPE_MAX AWSS_AUTH_TYPE_WPAPSKWPA2PSK
#define AWSS_ENC_TYPE_MAX AWSS_ENC_TYPE_TKIPAES

/** Kinds of frames, for `HAL_Wifi_Enable_Mgmt_Frame_Filter`. */
#define FRAME_ACTION_MASK (1 << FRAME_ACTION)
#define FRAME_BEACON_MASK (1 << FRAME_BEACON)
#define FRAME_PROBE_REQ_MASK (1 << FRAME_PROBE_REQ)
#define FRAME_PROBE_RESP_MASK (1 << FRAME_PROBE_RESPONSE)
#define FRAME_DATA_MASK (1 << FRAME_DATA)

typedef enum HAL_Awss_Frame_Type HAL_Awss_Frame_Type_t;

/**
 * Takes a frame that the monitor has heard: `length` bytes, with a header of `link_type` in front
 * and, `with_fcs` 1, the 4 bytes of its check sequence behind. `rssi`: dBm.
 */
typedef int (*awss_recv_80211_frame_cb_t)(char *buf, int length, enum AWSS_LINK_TYPE link_type,
                                          int with_fcs, signed char rssi);

/** Takes an access point that a scan has found; `is_last_ap` 1 with the last one. */
typedef int (*awss_wifi_scan_result_cb_t)(const char ssid[HAL_MAX_SSID_LEN],
                                          const uint8_t bssid[ETH_ALEN], enum AWSS_AUTH_TYPE auth,
                                          enum AWSS_ENC_TYPE encry, uint8_t channel,
                                          signed char rssi, int is_last_ap);

/**
 * Takes a management frame, or, `buffer_type` 1, only the vendor's element of it; `len` bytes.
 */
typedef void (*awss_wifi_mgmt_frame_cb_t)(uint8_t *buffer, int len, signed char rssi_dbm,
                                          int buffer_type);

#ifdef __cplusplus
}
#endif

#endif /* __IOT_IMPORT_AWSS_H__ */
