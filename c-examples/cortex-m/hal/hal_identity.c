/*
 * The triple is compiled in, so there is nothing to keep; the library checks only that it fits.
 */
#include "wrappers.h"

#include "device_config.h"

#include <string.h>

static int accept(const char *text, size_t max)
{
    size_t length = strlen(text);

    return length <= max ? (int)length : -1;
}

int HAL_GetProductKey(char product_key[IOTX_PRODUCT_KEY_LEN + 1])
{
    return (int)strlen(strncpy(product_key, DEVICE_PRODUCT_KEY, IOTX_PRODUCT_KEY_LEN + 1));
}

int HAL_GetDeviceName(char device_name[IOTX_DEVICE_NAME_LEN + 1])
{
    return (int)strlen(strncpy(device_name, DEVICE_NAME, IOTX_DEVICE_NAME_LEN + 1));
}

int HAL_GetDeviceSecret(char device_secret[IOTX_DEVICE_SECRET_LEN + 1])
{
    return (int)strlen(strncpy(device_secret, DEVICE_SECRET, IOTX_DEVICE_SECRET_LEN + 1));
}

int HAL_GetFirmwareVersion(char *version)
{
    return (int)strlen(strcpy(version, "app-1.0.0"));
}

int HAL_SetProductKey(char *product_key)
{
    return accept(product_key, IOTX_PRODUCT_KEY_LEN);
}

int HAL_SetProductSecret(char *product_secret)
{
    return accept(product_secret, IOTX_PRODUCT_SECRET_LEN);
}

int HAL_SetDeviceName(char *device_name)
{
    return accept(device_name, IOTX_DEVICE_NAME_LEN);
}

int HAL_SetDeviceSecret(char *device_secret)
{
    return accept(device_secret, IOTX_DEVICE_SECRET_LEN);
}
