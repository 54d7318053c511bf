/*
 * A firmware that connects to the cloud and can be bound by phones. Everything a product needs for
 * that is here; the rest is command line.
 */
#define _POSIX_C_SOURCE 200809L

#include "arguments.h"
#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "dev_sign_api.h"
#include "dm_wrapper.h"
#include "hal/hal_posix.h"
#include "infra_compat.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YIELD_MS 200
#define RETRY_MS 2000

typedef struct {
    iotx_linkkit_dev_meta_info_t device;
    char *host;
    uint16_t port;
    long seconds;
    int reset;
} options_t;

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static int on_mqtt_connected(void)
{
    HAL_Printf("%s", "app: MQTT connected\r\n");
    return 0;
}

static int on_initialized(const int devid)
{
    HAL_Printf("app: device %d initialized\r\n", devid);
    return 0;
}

static int on_connected(void)
{
    HAL_Printf("%s", "app: connected to the cloud\r\n");
    return 0;
}

static int on_disconnected(void)
{
    HAL_Printf("%s", "app: disconnected from the cloud\r\n");
    return 0;
}

static int on_awss_status(int event)
{
    HAL_Printf("app: status 0x%04x\r\n", (unsigned)event);
    return 0;
}

static void on_event(int event)
{
    if (event == IOTX_AWSS_BIND_NOTIFY) {
        HAL_Printf("%s", "app: phones can bind this device now\r\n");
    } else if (event == IOTX_RESET) {
        HAL_Printf("%s", "app: this device is unbound\r\n");
    }
}

static void register_callbacks(void)
{
    IOT_RegisterCallback(ITE_MQTT_CONNECT_SUCC, on_mqtt_connected);
    IOT_RegisterCallback(ITE_INITIALIZE_COMPLETED, on_initialized);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connected);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_disconnected);
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_awss_status);
    iotx_event_regist_cb(on_event);
}

static int is_over(const options_t *options, uint64_t end)
{
    return stopped || (options->seconds > 0 && HAL_UptimeMs() >= end);
}

/* The one given, or the cloud's. */
static char *server_name(const options_t *options)
{
    static iotx_sign_mqtt_t server;
    iotx_dev_meta_info_t device;

    if (options->host != NULL) {
        return options->host;
    }
    memset(&device, 0, sizeof(device));
    strcpy(device.product_key, options->device.product_key);
    strcpy(device.device_name, options->device.device_name);
    strcpy(device.device_secret, options->device.device_secret);
    return IOT_Sign_MQTT(IOTX_CLOUD_REGION_SHANGHAI, &device, &server) == 0 ? server.hostname
                                                                            : NULL;
}

static int run(options_t *options)
{
    uint64_t end = HAL_UptimeMs() + (uint64_t)options->seconds * 1000;
    int connected = 0;
    int devid;

    if (options->host != NULL && IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, options->host) != 0) {
        return EXIT_FAILURE;
    }
    if (options->port != 0) {
        hal_posix_set_mqtt_port(server_name(options), options->port);
    }
    register_callbacks();
    devid = IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &options->device);
    if (devid < 0) {
        return EXIT_FAILURE;
    }
    while (!connected && !is_over(options, end)) {
        connected = IOT_Linkkit_Connect(devid) == 0;
        if (!connected) {
            HAL_SleepMs(RETRY_MS);
        }
    }
    if (connected && options->reset) {
        awss_report_reset();
    }
    while (!is_over(options, end)) {
        IOT_Linkkit_Yield(YIELD_MS);
    }
    return IOT_Linkkit_Close(devid) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void usage(const char *program)
{
    printf("usage: %s --product-key KEY --device-name NAME --device-secret SECRET\n"
           "  [--product-secret SECRET]\n"
           "  [--host HOST]       MQTT server; default: the cloud in Shanghai\n"
           "  [--port PORT]       its port; default: 443, without TLS 1883\n"
           "  [--kv FILE]         key-value store; default: linkkit.kv\n"
           "  [--seconds N]       how long to run; default: until SIGINT or SIGTERM\n"
           "  [--log-level 0..5]  default: 5, debug\n"
           "  [--reset]           unbind the device first\n",
           program);
}

int main(int argc, char *argv[])
{
    static const struct option known[] = {
        {"product-key", required_argument, NULL, 'k'},
        {"product-secret", required_argument, NULL, 'p'},
        {"device-name", required_argument, NULL, 'n'},
        {"device-secret", required_argument, NULL, 's'},
        {"host", required_argument, NULL, 'h'},
        {"port", required_argument, NULL, 't'},
        {"kv", required_argument, NULL, 'v'},
        {"seconds", required_argument, NULL, 'd'},
        {"log-level", required_argument, NULL, 'l'},
        {"reset", no_argument, NULL, 'r'},
        {NULL, 0, NULL, 0},
    };
    struct sigaction action;
    options_t options;
    int option, index = 0;

    memset(&options, 0, sizeof(options));
    while ((option = getopt_long(argc, argv, "", known, &index)) != -1) {
        iotx_linkkit_dev_meta_info_t *device = &options.device;
        const char *name = known[index].name;

        switch (option) {
        case 'k':
            argument_text(device->product_key, sizeof(device->product_key), optarg, name);
            break;
        case 'p':
            argument_text(device->product_secret, sizeof(device->product_secret), optarg, name);
            break;
        case 'n':
            argument_text(device->device_name, sizeof(device->device_name), optarg, name);
            break;
        case 's':
            argument_text(device->device_secret, sizeof(device->device_secret), optarg, name);
            break;
        case 'h':
            options.host = optarg;
            break;
        case 't':
            options.port = (uint16_t)argument_number(optarg, 65535, name);
            break;
        case 'v':
            hal_posix_set_kv_path(optarg);
            break;
        case 'd':
            options.seconds = argument_number(optarg, 1000000, name);
            break;
        case 'l':
            IOT_SetLogLevel((IOT_LogLevel)argument_number(optarg, IOT_LOG_DEBUG, name));
            break;
        case 'r':
            options.reset = 1;
            break;
        default:
            usage(argv[0]);
            return EXIT_FAILURE;
        }
    }
    if (options.device.product_key[0] == '\0' || options.device.device_name[0] == '\0' ||
        options.device.device_secret[0] == '\0') {
        usage(argv[0]);
        return EXIT_FAILURE;
    }
    memset(&action, 0, sizeof(action));
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return run(&options);
}
