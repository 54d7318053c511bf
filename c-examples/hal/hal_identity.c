#include "dm_wrapper.h"
#include "mqtt_wrapper.h"

#include <pthread.h>
#include <string.h>

static char product_key[IOTX_PRODUCT_KEY_LEN + 1];
static char product_secret[IOTX_PRODUCT_SECRET_LEN + 1];
static char device_name[IOTX_DEVICE_NAME_LEN + 1];
static char device_secret[IOTX_DEVICE_SECRET_LEN + 1];
/* Several tasks ask who the device is, while one opens it. */
static pthread_mutex_t identity = PTHREAD_MUTEX_INITIALIZER;

static int copy(char *to, size_t room, const char *from)
{
    size_t length;

    pthread_mutex_lock(&identity);
    length = strlen(from);
    if (length < room) {
        memset(to, 0, room);
        memcpy(to, from, length);
    }
    pthread_mutex_unlock(&identity);
    return length < room ? (int)length : -1;
}

int HAL_SetProductKey(char *key)
{
    return copy(product_key, sizeof(product_key), key);
}

int HAL_SetProductSecret(char *secret)
{
    return copy(product_secret, sizeof(product_secret), secret);
}

int HAL_SetDeviceName(char *name)
{
    return copy(device_name, sizeof(device_name), name);
}

int HAL_SetDeviceSecret(char *secret)
{
    return copy(device_secret, sizeof(device_secret), secret);
}

int HAL_GetProductKey(char key[IOTX_PRODUCT_KEY_LEN + 1])
{
    return copy(key, sizeof(product_key), product_key);
}

int HAL_GetProductSecret(char secret[IOTX_PRODUCT_SECRET_LEN + 1])
{
    return copy(secret, sizeof(product_secret), product_secret);
}

int HAL_GetDeviceName(char name[IOTX_DEVICE_NAME_LEN + 1])
{
    return copy(name, sizeof(device_name), device_name);
}

int HAL_GetDeviceSecret(char secret[IOTX_DEVICE_SECRET_LEN + 1])
{
    return copy(secret, sizeof(device_secret), device_secret);
}

int HAL_GetFirmwareVersion(char *version)
{
    return copy(version, IOTX_FIRMWARE_VER_LEN, "app-1.0.0-20180101.1000");
}
