/**
 * Network identity: what the firmware provides.
 */
#ifndef _WRAPPERS_AWSS_H_
#define _WRAPPERS_AWSS_H_

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

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_AWSS_H_ */
