/*
 * Prints where IOT_Sign_MQTT of an archive with TLS sends an application with an MQTT client of its
 * own.
 */
#include <stdio.h>
#include <string.h>

#include "dev_sign_api.h"

#ifndef SUPPORT_TLS
#error "the headers hide from the application that the archive has TLS"
#endif

int main(int argc, char **argv)
{
    iotx_dev_meta_info_t device;
    iotx_sign_mqtt_t signed_for;

    if (argc != 4) {
        return 2;
    }
    memset(&device, 0, sizeof(device));
    strncpy(device.product_key, argv[1], IOTX_PRODUCT_KEY_LEN);
    strncpy(device.device_name, argv[2], IOTX_DEVICE_NAME_LEN);
    strncpy(device.device_secret, argv[3], IOTX_DEVICE_SECRET_LEN);
    if (IOT_Sign_MQTT(IOTX_CLOUD_REGION_SHANGHAI, &device, &signed_for) != 0) {
        return 1;
    }
    printf("%s:%u %s\n", signed_for.hostname, (unsigned)signed_for.port, signed_for.clientid);
    return 0;
}
