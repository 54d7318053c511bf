#include "station.h"

#include "dev_bind_wrapper.h"
#include "dm_wrapper.h"
#include "wifi_provision_api.h"

#include <string.h>

#define JOIN_TIMEOUT_MS 30000
#define JOIN_AGAIN_MS 5000
#define KEY "wifi"

/* As netmgr stores it. */
typedef struct {
    char ssid[HAL_MAX_SSID_LEN];
    uint8_t bssid[ETH_ALEN];
    char password[HAL_MAX_PASSWD_LEN];
} network_t;

static int load(network_t *network)
{
    int length = sizeof(*network);

    memset(network, 0, sizeof(*network));
    if (HAL_Kv_Get(KEY, network, &length) != 0 || length != (int)sizeof(*network) ||
        memchr(network->ssid, '\0', sizeof(network->ssid)) == NULL ||
        memchr(network->password, '\0', sizeof(network->password)) == NULL) {
        return -1;
    }
    return network->ssid[0] != '\0' ? 0 : -1;
}

static int join(network_t *network, uint8_t *bssid)
{
    return HAL_Awss_Connect_Ap(JOIN_TIMEOUT_MS, network->ssid, network->password,
                               AWSS_AUTH_TYPE_INVALID, AWSS_ENC_TYPE_INVALID, bssid, 0);
}

int netmgr_start(int may_provision)
{
    network_t network;

    if (load(&network) != 0) {
        if (!may_provision) {
            return -1;
        }
        HAL_Printf("%s", "app: no network is stored: awss_start\r\n");
        HAL_Printf("app: awss_start gives %d\r\n", awss_start());
        return 0;
    }
    /* Until it is cleared. */
    while (load(&network) == 0 && join(&network, network.bssid) != 0) {
        HAL_SleepMs(JOIN_AGAIN_MS);
    }
    return 1;
}

int netmgr_connect(const char *ssid, const char *password)
{
    network_t network;

    if (strlen(ssid) >= sizeof(network.ssid) || strlen(password) >= sizeof(network.password)) {
        HAL_Printf("%s", "app: a name has at most 32 bytes, a password 64\r\n");
        return -1;
    }
    memset(&network, 0, sizeof(network));
    strcpy(network.ssid, ssid);
    strcpy(network.password, password);
    return join(&network, NULL);
}

void netmgr_clear(void)
{
    HAL_Kv_Del(KEY);
    HAL_Printf("%s", "app: the stored network is forgotten\r\n");
}

void netmgr_save(void)
{
    network_t now, stored;

    memset(&now, 0, sizeof(now));
    if (HAL_Wifi_Get_Ap_Info(now.ssid, now.password, now.bssid) != 0 ||
        (load(&stored) == 0 && memcmp(&now, &stored, sizeof(now)) == 0)) {
        return;
    }
    if (HAL_Kv_Set(KEY, &now, sizeof(now), 1) != 0) {
        HAL_Printf("%s", "app: the network could not be stored\r\n");
    } else {
        HAL_Printf("%s", "app: the network is stored\r\n");
    }
}

int netmgr_is_helper_network(void)
{
    char ssid[HAL_MAX_SSID_LEN] = "";

    return HAL_Wifi_Get_Ap_Info(ssid, NULL, NULL) == 0 &&
           (strcmp(ssid, "aha") == 0 || strcmp(ssid, "adha") == 0);
}
