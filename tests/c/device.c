/*
 * A device that does what standard input tells it, one word per line, and yields in between:
 *
 *   device PRODUCT_KEY DEVICE_NAME DEVICE_SECRET PRODUCT_SECRET HOST
 *
 * After each command it prints "device: <command> = <result>", on each callback "event: <name>".
 */
#include <stdio.h>
#include <string.h>

#include "command_line.h"
#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "infra_compat.h"
#include "infra_defs.h"
#include "infra_types.h"

#define YIELD_MS 20

static iotx_linkkit_dev_meta_info_t identity;
static int is_connected = 0;
static int is_asleep = 0;

static void on_event(int event)
{
    printf("event: monitor 0x%x\n", (unsigned)event);
}

static int on_awss_status(int event)
{
    printf("event: ITE_AWSS_STATUS 0x%x\n", (unsigned)event);
    return 0;
}

static int on_connect_succ(void)
{
    printf("event: ITE_CONNECT_SUCC\n");
    return 0;
}

static int on_connect_fail(void)
{
    printf("event: ITE_CONNECT_FAIL\n");
    return 0;
}

static int on_disconnected(void)
{
    printf("event: ITE_DISCONNECTED\n");
    return 0;
}

static int on_mqtt_connect_succ(void)
{
    printf("event: ITE_MQTT_CONNECT_SUCC\n");
    return 0;
}

static int on_initialize_completed(const int devid)
{
    printf("event: ITE_INITIALIZE_COMPLETED %d\n", devid);
    return 0;
}

static int open_device(void)
{
    return IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &identity);
}

static int connect_device(void)
{
    int result = IOT_Linkkit_Connect(0);

    is_connected = result == 0;
    return result;
}

static int close_device(void)
{
    is_connected = 0;
    return IOT_Linkkit_Close(0);
}

static int fall_asleep(void)
{
    is_asleep = 1;
    return 0;
}

static int wake_up(void)
{
    is_asleep = 0;
    return 0;
}

static int log_warnings(void)
{
    IOT_SetLogLevel(IOT_LOG_WARNING);
    return 0;
}

static const struct {
    const char *name;
    int (*run)(void);
} COMMANDS[] = {
    {"open", open_device},
    {"connect", connect_device},
    {"close", close_device},
    {"fall_asleep", fall_asleep},
    {"wake_up", wake_up},
    {"log_warnings", log_warnings},
    {"awss_report_cloud", awss_report_cloud},
    {"awss_bind_deinit", awss_bind_deinit},
    {"awss_report_reset", awss_report_reset},
    {"awss_check_reset", awss_check_reset},
    {"awss_stop_report_reset", awss_stop_report_reset},
};

static int run_command(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++) {
        if (strcmp(COMMANDS[i].name, name) == 0) {
            printf("device: %s = %d\n", name, COMMANDS[i].run());
            return 0;
        }
    }
    fprintf(stderr, "device: no command %s\n", name);
    return -1;
}

static int serve(void)
{
    int yields = is_connected && !is_asleep;

    if (yields) {
        IOT_Linkkit_Yield(YIELD_MS);
    }
    return yields;
}

static void register_callbacks(void)
{
    iotx_event_regist_cb(on_event);
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_awss_status);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connect_succ);
    IOT_RegisterCallback(ITE_CONNECT_FAIL, on_connect_fail);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_disconnected);
    IOT_RegisterCallback(ITE_MQTT_CONNECT_SUCC, on_mqtt_connect_succ);
    IOT_RegisterCallback(ITE_INITIALIZE_COMPLETED, on_initialize_completed);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: %s PRODUCT_KEY DEVICE_NAME DEVICE_SECRET PRODUCT_SECRET HOST\n",
                argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    strncpy(identity.product_key, argv[1], IOTX_PRODUCT_KEY_LEN);
    strncpy(identity.device_name, argv[2], IOTX_DEVICE_NAME_LEN);
    strncpy(identity.device_secret, argv[3], IOTX_DEVICE_SECRET_LEN);
    strncpy(identity.product_secret, argv[4], IOTX_PRODUCT_SECRET_LEN);
    if (IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, argv[5]) != 0) {
        return 2;
    }
    register_callbacks();
    return obey_input(serve, run_command);
}
