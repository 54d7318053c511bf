#include "virtual_port.h"

#include "wrappers.h"

#include <string.h>

#define ENTRIES 4
#define ROOM 40

static struct {
    char key[24];
    int length;
    char value[ROOM];
} store[ENTRIES];

static int find(const char *key)
{
    int i;
    for (i = 0; i < ENTRIES; i++) {
        if (strcmp(store[i].key, key) == 0) {
            return i;
        }
    }
    return -1;
}

int HAL_Kv_Get(const char *key, void *value, int *length)
{
    int entry = fault_hits(FAULT_KV_GET) ? -1 : find(key);
    rule_lock_is_free("HAL_Kv_Get with a mutex locked");
    if (entry < 0) {
        return -1;
    }
    if (*length > store[entry].length) {
        *length = store[entry].length;
    }
    memcpy(value, store[entry].value, (size_t)*length);
    return 0;
}

int HAL_Kv_Set(const char *key, const void *value, int length, int sync)
{
    int entry = find(key);
    (void)sync;
    rule_lock_is_free("HAL_Kv_Set with a mutex locked");
    if (fault_hits(FAULT_KV_SET) || length < 0 || length > ROOM) {
        return -1;
    }
    if (entry < 0) {
        entry = find("");
    }
    if (entry < 0 || strlen(key) >= sizeof(store[entry].key)) {
        return -1;
    }
    strcpy(store[entry].key, key);
    memcpy(store[entry].value, value, (size_t)length);
    store[entry].length = length;
    return 0;
}

/* No scenario downloads. */
void HAL_Firmware_Persistence_Start(void)
{
    rule_broken("HAL_Firmware_Persistence_Start without a download");
}

int HAL_Firmware_Persistence_Write(char *buffer, uint32_t length)
{
    (void)buffer;
    (void)length;
    return -1;
}

int HAL_Firmware_Persistence_Stop(void)
{
    return -1;
}

/* What the scenarios open the device with. */
int HAL_GetProductKey(char product_key[IOTX_PRODUCT_KEY_LEN + 1])
{
    return (int)strlen(strcpy(product_key, "a1GQc8iJOWI"));
}

int HAL_GetDeviceName(char device_name[IOTX_DEVICE_NAME_LEN + 1])
{
    return (int)strlen(strcpy(device_name, "gateway_test01"));
}

int HAL_GetDeviceSecret(char device_secret[IOTX_DEVICE_SECRET_LEN + 1])
{
    return (int)strlen(strcpy(device_secret, "abcdefghijklmnopqrstuvwxyz012345"));
}

int HAL_GetFirmwareVersion(char *version)
{
    return (int)strlen(strcpy(version, "app-1.0.0"));
}

int HAL_GetProductSecret(char product_secret[IOTX_PRODUCT_SECRET_LEN + 1])
{
    return (int)strlen(strcpy(product_secret, "7jluWm1zql7bt8qK"));
}

int HAL_SetProductKey(char *text)
{
    return (int)strlen(text);
}

int HAL_SetProductSecret(char *text)
{
    return (int)strlen(text);
}

int HAL_SetDeviceName(char *text)
{
    return (int)strlen(text);
}

int HAL_SetDeviceSecret(char *text)
{
    return (int)strlen(text);
}

char *HAL_Wifi_Get_Mac(char mac[HAL_MAC_LEN])
{
    return strcpy(mac, "b0:f8:93:15:bf:21");
}

uint32_t HAL_Wifi_Get_IP(char ip[NETWORK_ADDR_LEN], const char *interface_name)
{
    (void)interface_name;
    strcpy(ip, "10.0.0.59");
    return 0;
}
