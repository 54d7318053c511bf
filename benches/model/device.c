#include "device.h"

#include <stdio.h>
#include <string.h>

#include "../harness/figure.h"
#include "dev_model_api.h"
#include "infra_compat.h"

void device_connect(const char *host)
{
    iotx_linkkit_dev_meta_info_t triple = {PRODUCT_KEY, "", DEVICE_NAME,
                                           "0123456789abcdef0123456789abcdef"};
    char domain[64];

    snprintf(domain, sizeof(domain), "%s", host);
    IOT_SetLogLevel(IOT_LOG_NONE);
    IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, domain);
    if (IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &triple) != 0) {
        fail("IOT_Linkkit_Open");
    }
    if (IOT_Linkkit_Connect(0) != 0) {
        fail("IOT_Linkkit_Connect");
    }
}

static int try_post(char *properties, size_t length)
{
    return IOT_Linkkit_Report(0, ITM_MSG_POST_PROPERTY, (unsigned char *)properties, (int)length) >
           0;
}

int device_try_post(void)
{
    static char properties[] = "{\"LightSwitch\":1}";
    return try_post(properties, sizeof(properties) - 1);
}

void device_post_small(void)
{
    if (!device_try_post()) {
        fail("IOT_Linkkit_Report");
    }
}

void device_post_200(void)
{
    static char properties[201];

    if (properties[0] == '\0') {
        const char *end = "\"}";
        size_t begun = (size_t)snprintf(properties, sizeof(properties),
                                        "{\"LightSwitch\":1,\"Temperature\":23.5,\"Mode\":{"
                                        "\"Name\":\"auto\",\"Step\":3},\"Text\":\"");
        memset(properties + begun, 't', sizeof(properties) - 1 - begun);
        memcpy(properties + sizeof(properties) - 1 - strlen(end), end, strlen(end));
    }
    if (!try_post(properties, sizeof(properties) - 1)) {
        fail("IOT_Linkkit_Report");
    }
}
