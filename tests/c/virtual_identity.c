/* Who the device is and where. */
#include <string.h>

#include "wrappers.h"

char *HAL_Wifi_Get_Mac(char mac_str[HAL_MAC_LEN])
{
    return strcpy(mac_str, "b0:f8:93:15:bf:21");
}

uint32_t HAL_Wifi_Get_IP(char ip_str[NETWORK_ADDR_LEN], const char *ifname)
{
    (void)ifname;
    strcpy(ip_str, "10.0.0.59");
    return 0;
}

int HAL_SetProductKey(char *product_key)
{
    return (int)strlen(product_key);
}

int HAL_SetProductSecret(char *product_secret)
{
    return (int)strlen(product_secret);
}

int HAL_SetDeviceName(char *device_name)
{
    return (int)strlen(device_name);
}

int HAL_SetDeviceSecret(char *device_secret)
{
    return (int)strlen(device_secret);
}
