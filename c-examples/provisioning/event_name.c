#include "event_name.h"

#include "infra_compat.h"

#include <stddef.h>

const char *event_name(int event)
{
    static const struct {
        int event;
        const char *name;
    } names[] = {
        {IOTX_AWSS_START, "IOTX_AWSS_START"},
        {IOTX_AWSS_ENABLE, "IOTX_AWSS_ENABLE"},
        {IOTX_AWSS_LOCK_CHAN, "IOTX_AWSS_LOCK_CHAN"},
        {IOTX_AWSS_CS_ERR, "IOTX_AWSS_CS_ERR"},
        {IOTX_AWSS_PASSWD_ERR, "IOTX_AWSS_PASSWD_ERR"},
        {IOTX_AWSS_GOT_SSID_PASSWD, "IOTX_AWSS_GOT_SSID_PASSWD"},
        {IOTX_AWSS_CONNECT_ADHA, "IOTX_AWSS_CONNECT_ADHA"},
        {IOTX_AWSS_CONNECT_ADHA_FAIL, "IOTX_AWSS_CONNECT_ADHA_FAIL"},
        {IOTX_AWSS_CONNECT_AHA, "IOTX_AWSS_CONNECT_AHA"},
        {IOTX_AWSS_CONNECT_AHA_FAIL, "IOTX_AWSS_CONNECT_AHA_FAIL"},
        {IOTX_AWSS_SETUP_NOTIFY, "IOTX_AWSS_SETUP_NOTIFY"},
        {IOTX_AWSS_CONNECT_ROUTER, "IOTX_AWSS_CONNECT_ROUTER"},
        {IOTX_AWSS_CONNECT_ROUTER_FAIL, "IOTX_AWSS_CONNECT_ROUTER_FAIL"},
        {IOTX_AWSS_GOT_IP, "IOTX_AWSS_GOT_IP"},
        {IOTX_AWSS_SUC_NOTIFY, "IOTX_AWSS_SUC_NOTIFY"},
        {IOTX_AWSS_BIND_NOTIFY, "IOTX_AWSS_BIND_NOTIFY"},
        {IOTX_AWSS_ENABLE_TIMEOUT, "IOTX_AWSS_ENABLE_TIMEOUT"},
        {IOTX_CONN_CLOUD, "IOTX_CONN_CLOUD"},
        {IOTX_CONN_CLOUD_FAIL, "IOTX_CONN_CLOUD_FAIL"},
        {IOTX_CONN_CLOUD_SUC, "IOTX_CONN_CLOUD_SUC"},
        {IOTX_RESET, "IOTX_RESET"},
    };
    size_t n;

    for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        if (names[n].event == event) {
            return names[n].name;
        }
    }
    return "unknown";
}
