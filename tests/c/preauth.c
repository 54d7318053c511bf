/* A client that asks an auth server: preauth AUTH_HOST. Exits with 0 when it is connected then. */
#include "infra_compat.h"
#include "mqtt_api.h"
#include "wrappers.h"

#include <stdio.h>

int main(int argc, char *argv[])
{
    static char key[] = "a1GQc8iJOWI", name[] = "gateway_test01",
                secret[] = "abcdefghijklmnopqrstuvwxyz012345";
    void *client;
    int published;

    if (argc != 2 || HAL_SetProductKey(key) < 0 || HAL_SetDeviceName(name) < 0 ||
        HAL_SetDeviceSecret(secret) < 0 || IOT_Ioctl(IOTX_IOCTL_SET_HTTP_DOMAIN, argv[1]) != 0) {
        return 2;
    }
    client = IOT_MQTT_Construct(NULL);
    if (client == NULL) {
        return 1;
    }
    published = IOT_MQTT_Publish_Simple(client, "/preauth", 1, "x", 1);
    IOT_MQTT_Yield(client, 500);
    printf("published %d\n", published);
    return IOT_MQTT_Destroy(&client) != 0 || published <= 0;
}
