/*
 * A device that has the secret of its product only, and takes the steps that it is told:
 *
 *   dynamic_register MQTT_HOST AUTH_HOST STEP...
 *
 * After each step it prints "step: <step> = <result>".
 */
#define _POSIX_C_SOURCE 200809L
#include "dev_model_api.h"
#include "dynreg_api.h"
#include "infra_compat.h"
#include "mqtt_api.h"
#include "wrappers.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static iotx_linkkit_dev_meta_info_t device = {"a1GQc8iJOWI", "L68wCVXYUaNg1Ey9", "gateway_test01",
                                              ""};

static int set_flag(int value)
{
    return IOT_Ioctl(IOTX_IOCTL_SET_DYNAMIC_REGISTER, &value);
}

static int on(void)
{
    return set_flag(1);
}

static int off(void)
{
    return set_flag(0);
}

static int flag(void)
{
    int value = -1;

    return IOT_Ioctl(IOTX_IOCTL_GET_DYNAMIC_REGISTER, &value) == 0 ? value : -1;
}

static int open_device(void)
{
    return IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &device);
}

static int connect_device(void)
{
    return IOT_Linkkit_Connect(0);
}

static int close_device(void)
{
    return IOT_Linkkit_Close(0);
}

static void *close_soon(void *result)
{
    sleep(1);
    *(int *)result = IOT_Linkkit_Close(0);
    return NULL;
}

/* Closes in the middle of a connect. */
static int interrupt(void)
{
    pthread_t thread;
    int closed = -1;
    int connected;

    if (pthread_create(&thread, NULL, close_soon, &closed) != 0) {
        return -2;
    }
    connected = IOT_Linkkit_Connect(0);
    pthread_join(thread, NULL);
    return closed == 0 ? connected : -2;
}

static int construct(void)
{
    return IOT_MQTT_Construct(NULL) == NULL ? -1 : 0;
}

static int destroy(void)
{
    return IOT_MQTT_Destroy(NULL);
}

/* Tells the port who the device is. */
static int name_device(void)
{
    HAL_SetProductKey(device.product_key);
    HAL_SetProductSecret(device.product_secret);
    HAL_SetDeviceName(device.device_name);
    return HAL_SetDeviceSecret(device.device_secret);
}

static int forget_product_secret(void)
{
    memset(device.product_secret, 0, sizeof(device.product_secret));
    return 0;
}

/* By hand. */
static int register_device(void)
{
    iotx_dev_meta_info_t meta;
    int result;

    memset(&meta, 0, sizeof(meta));
    strcpy(meta.product_key, device.product_key);
    strcpy(meta.product_secret, device.product_secret);
    strcpy(meta.device_name, device.device_name);
    result = IOT_Dynamic_Register(IOTX_HTTP_REGION_CUSTOM, &meta);
    strcpy(device.device_secret, meta.device_secret);
    return result;
}

static int wrong_arguments(void)
{
    iotx_dev_meta_info_t meta;

    memset(&meta, 'x', sizeof(meta));
    return IOT_Dynamic_Register(IOTX_HTTP_REGION_CUSTOM, NULL) == -1 &&
           IOT_Dynamic_Register(IOTX_HTTP_REGION_MAX, &meta) == -1 &&
           IOT_Dynamic_Register(IOTX_HTTP_REGION_CUSTOM, &meta) == -1;
}

/* Length of the secret that the port has. */
static int ports_secret(void)
{
    char secret[IOTX_DEVICE_SECRET_LEN + 1];

    return HAL_GetDeviceSecret(secret);
}

static const struct {
    const char *name;
    int (*take)(void);
} STEPS[] = {
    {"on", on},
    {"off", off},
    {"flag", flag},
    {"open", open_device},
    {"connect", connect_device},
    {"close", close_device},
    {"interrupt", interrupt},
    {"construct", construct},
    {"destroy", destroy},
    {"name_device", name_device},
    {"forget_product_secret", forget_product_secret},
    {"register", register_device},
    {"wrong_arguments", wrong_arguments},
    {"ports_secret", ports_secret},
};

static int take_step(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++) {
        if (strcmp(STEPS[i].name, name) == 0) {
            printf("step: %s = %d\n", name, STEPS[i].take());
            return 0;
        }
    }
    return -1;
}

int main(int argc, char **argv)
{
    int i;

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (argc < 3 || IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, argv[1]) != 0 ||
        IOT_Ioctl(IOTX_IOCTL_SET_HTTP_DOMAIN, argv[2]) != 0) {
        return 2;
    }
    for (i = 3; i < argc; i++) {
        if (take_step(argv[i]) != 0) {
            return 2;
        }
    }
    return 0;
}
