#include "device_config.h"
#include "wrappers.h"

#include <lwip/ip4_addr.h>
#include <string.h>

char *HAL_Wifi_Get_Mac(char mac_str[HAL_MAC_LEN])
{
    return strcpy(mac_str, DEVICE_MAC);
}

uint32_t HAL_Wifi_Get_IP(char ip_str[NETWORK_ADDR_LEN], const char *ifname)
{
    (void)ifname;
    return ipaddr_addr(strcpy(ip_str, DEVICE_IP));
}
