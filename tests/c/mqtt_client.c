/*
 * An application of mqtt_api.h that does what standard input tells it, one command per line, and
 * yields in between while there is a client:
 *
 *   mqtt_client PRODUCT_KEY DEVICE_NAME DEVICE_SECRET HOST
 *
 * After each command it prints "client: <command> = <result> in <n> ms". What handlers are told:
 * see mqtt_client_handlers.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "dev_model_api.h"
#include "infra_compat.h"
#include "mqtt_api.h"
#include "mqtt_client_calls.h"
#include "mqtt_client_handlers.h"
#include "robust_hal_counts.h"
#include "wrappers.h"

#define YIELD_MS 20

static iotx_linkkit_dev_meta_info_t identity;
static int is_connected = 0;
static int is_asleep = 0;

static int announce(const char *event)
{
    printf("@%s\n", event);
    return 0;
}

static int on_mqtt_connect_succ(void)
{
    return announce("ITE_MQTT_CONNECT_SUCC");
}

static int on_connect_succ(void)
{
    return announce("ITE_CONNECT_SUCC");
}

static int on_disconnected(void)
{
    return announce("ITE_DISCONNECTED");
}

static int open_device(char **words)
{
    (void)words;
    return IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &identity);
}

static int connect_device(char **words)
{
    int result = IOT_Linkkit_Connect(0);
    (void)words;
    is_connected = result == 0;
    return result;
}

static int close_device(char **words)
{
    (void)words;
    is_connected = 0;
    return IOT_Linkkit_Close(0);
}

/* The port then names another device than that of open. */
static int rename_device(char **words)
{
    return HAL_SetDeviceName(words[0]) < 0 ? -1 : 0;
}

static int sleep_ms(char **words)
{
    HAL_SleepMs((uint32_t)atoi(words[0]));
    return 0;
}

static int fall_asleep(char **words)
{
    (void)words;
    is_asleep = 1;
    return 0;
}

static int wake_up(char **words)
{
    (void)words;
    is_asleep = 0;
    return 0;
}

/* NAME COMMAND…: what the handler does when it is called. */
static int obeys(char **words)
{
    char command[LONGEST_LINE];

    join_words(words + 1, command, sizeof(command));
    handler_obeys(words[0], command);
    return 0;
}

static int counts(char **words)
{
    (void)words;
    hal_counts_print();
    return 0;
}

static const command_t COMMANDS[] = {
    {"open", 0, open_device},
    {"connect", 0, connect_device},
    {"close", 0, close_device},
    {"construct", 0, call_construct},
    {"destroy", 0, call_destroy},
    {"subscribe", 3, call_subscribe},
    {"subscribe_sync", 4, call_subscribe_sync},
    {"unsubscribe", 1, call_unsubscribe},
    {"publish", 3, call_publish},
    {"publish_long", 3, call_publish_long},
    {"publish_simple", 3, call_publish_simple},
    {"state", 0, call_state},
    {"yield", 1, call_yield},
    {"sleep", 1, sleep_ms},
    {"fall_asleep", 0, fall_asleep},
    {"wake_up", 0, wake_up},
    {"obeys", 1, obeys},
    {"counts", 0, counts},
    {"publish_until_slow", 3, call_publish_until_slow},
    {"rename", 1, rename_device},
    {"publish_beside_yield", 3, call_publish_beside_yield},
};

int run_command(const char *line)
{
    return run_line("client", COMMANDS, sizeof(COMMANDS) / sizeof(COMMANDS[0]), line);
}

static int serve(void)
{
    int yields = !is_asleep && (application_client() != NULL || is_connected);

    if (yields && application_client() != NULL) {
        IOT_MQTT_Yield(application_client(), YIELD_MS);
    } else if (yields) {
        IOT_Linkkit_Yield(YIELD_MS);
    }
    return yields;
}

static void set_identity(char **arguments)
{
    strncpy(identity.product_key, arguments[0], IOTX_PRODUCT_KEY_LEN);
    strncpy(identity.device_name, arguments[1], IOTX_DEVICE_NAME_LEN);
    strncpy(identity.device_secret, arguments[2], IOTX_DEVICE_SECRET_LEN);
    HAL_SetProductKey(identity.product_key);
    HAL_SetDeviceName(identity.device_name);
    HAL_SetDeviceSecret(identity.device_secret);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: %s PRODUCT_KEY DEVICE_NAME DEVICE_SECRET HOST\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    IOT_SetLogLevel(IOT_LOG_DEBUG);
    set_identity(argv + 1);
    if (IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, argv[4]) != 0) {
        return 2;
    }
    IOT_RegisterCallback(ITE_MQTT_CONNECT_SUCC, on_mqtt_connect_succ);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connect_succ);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_disconnected);
    return obey_input(serve, run_command);
}
