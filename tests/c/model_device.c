/*
 * A device of dev_model_api.h that does what standard input tells it, one command per line, and
 * yields in between:
 *
 *   model_device PRODUCT_KEY DEVICE_NAME DEVICE_SECRET PRODUCT_SECRET HOST
 *
 * After each command it prints "device: <command> = <result> in <n> ms", on each callback what
 * model_device_callbacks.h says.
 */
#include <stdio.h>
#include <stdlib.h>

#include "command_line.h"
#include "dev_model_api.h"
#include "infra_compat.h"
#include "model_device_callbacks.h"
#include "model_device_calls.h"
#include "robust_hal_counts.h"
#include "robust_identity.h"

#define YIELD_MS 20

static iotx_linkkit_dev_meta_info_t identity;
static int is_connected = 0;
static int is_asleep = 0;

static int open_device(char **words)
{
    (void)words;
    return IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &identity);
}

static int connect_device(char **words)
{
    int result;

    (void)words;
    /* A callback may close the device meanwhile. */
    is_connected = 1;
    result = IOT_Linkkit_Connect(0);
    is_connected = is_connected && result == 0;
    return result;
}

static int close_device(char **words)
{
    (void)words;
    is_connected = 0;
    return IOT_Linkkit_Close(0);
}

/* OPTION VALUE: an option of IOT_Ioctl that takes an int. */
static int set_option(char **words)
{
    int value = atoi(words[1]);

    return IOT_Ioctl(atoi(words[0]), &value);
}

/* LEVEL */
static int set_log_level(char **words)
{
    IOT_SetLogLevel((IOT_LogLevel)atoi(words[0]));
    return 0;
}

/* MS */
static int yield(char **words)
{
    IOT_Linkkit_Yield(atoi(words[0]));
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
    {"set_option", 2, set_option},
    {"set_log_level", 1, set_log_level},
    {"yield", 1, yield},
    {"fall_asleep", 0, fall_asleep},
    {"wake_up", 0, wake_up},
    {"counts", 0, counts},
    {"report", 2, call_report},
    {"report_long", 2, call_report_long},
    {"query", 1, call_query},
    {"trigger", 2, call_trigger},
    {"post_many", 1, call_post_many},
    {"post_beside_yield", 2, call_post_beside_yield},
    {"obeys", 1, callback_obeys},
    {"answers", 2, callback_answers},
    {"register", 2, register_callback},
};

int run_command(const char *line)
{
    return run_line("device", COMMANDS, sizeof(COMMANDS) / sizeof(COMMANDS[0]), line);
}

static int serve(void)
{
    int yields = is_connected && !is_asleep;

    if (yields) {
        IOT_Linkkit_Yield(YIELD_MS);
    }
    return yields;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: %s PRODUCT_KEY DEVICE_NAME DEVICE_SECRET PRODUCT_SECRET HOST\n",
                argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    identity_from_arguments(&identity, argv + 1);
    if (IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, argv[5]) != 0) {
        return 2;
    }
    register_callbacks();
    return obey_input(serve, run_command);
}
