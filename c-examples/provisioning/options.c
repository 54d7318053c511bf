#include "options.h"

#include "arguments.h"
#include "hal/hal_awss.h"
#include "hal/hal_posix.h"
#include "infra_compat.h"

#include <getopt.h>
#include <stdio.h>

static void usage(const char *program)
{
    printf(
        "usage: %s --product-key KEY --product-secret SECRET --device-name NAME\n"
        "  --device-secret SECRET\n"
        "  [--dev-ap]            provision as an access point; default: listen (awss_start)\n"
        "  [--wifi-script FILE]  what there is on the air\n"
        "  [--wifi-socket PATH]  the same, from who connects to this Unix socket\n"
        "  [--verbose-wifi]      print channels and frames sent\n"
        "  [--ip ADDRESS]        address to print; default: that of the machine\n"
        "  [--host HOST]         MQTT server; default: the cloud in Shanghai\n"
        "  [--port PORT]         its port, with --host; default: 1883\n"
        "  [--kv FILE]           key-value store; default: linkkit.kv\n"
        "  [--seconds N]         how long to run; default: until quit, SIGINT or SIGTERM\n"
        "  [--log-level 0..5]    default: 5, debug\n"
        "commands: active_awss, dev_ap, awss, reset, netmgr start|clear|connect SSID [PASSWORD],\n"
        "  quit\n",
        program);
}

int options_read(options_t *options, int argc, char *argv[])
{
    static const struct option known[] = {
        {"product-key", required_argument, NULL, 'k'},
        {"product-secret", required_argument, NULL, 'p'},
        {"device-name", required_argument, NULL, 'n'},
        {"device-secret", required_argument, NULL, 's'},
        {"dev-ap", no_argument, NULL, 'a'},
        {"wifi-script", required_argument, NULL, 'f'},
        {"wifi-socket", required_argument, NULL, 'u'},
        {"verbose-wifi", no_argument, NULL, 'w'},
        {"ip", required_argument, NULL, 'i'},
        {"host", required_argument, NULL, 'h'},
        {"port", required_argument, NULL, 't'},
        {"kv", required_argument, NULL, 'v'},
        {"seconds", required_argument, NULL, 'd'},
        {"log-level", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    int option, index = 0;

    while ((option = getopt_long(argc, argv, "", known, &index)) != -1) {
        iotx_linkkit_dev_meta_info_t *device = &options->device;
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
        case 'a':
            options->wants_dev_ap = 1;
            break;
        case 'f':
            options->script = optarg;
            break;
        case 'u':
            options->socket = optarg;
            break;
        case 'w':
            hal_awss_set_verbose(1);
            break;
        case 'i':
            options->ip = optarg;
            break;
        case 'h':
            options->host = optarg;
            break;
        case 't':
            options->port = (uint16_t)argument_number(optarg, 65535, name);
            break;
        case 'v':
            hal_posix_set_kv_path(optarg);
            break;
        case 'd':
            options->seconds = argument_number(optarg, 1000000, name);
            break;
        case 'l':
            IOT_SetLogLevel((IOT_LogLevel)argument_number(optarg, IOT_LOG_DEBUG, name));
            break;
        default:
            usage(argv[0]);
            return -1;
        }
    }
    if (options->device.product_key[0] == '\0' || options->device.product_secret[0] == '\0' ||
        options->device.device_name[0] == '\0' || options->device.device_secret[0] == '\0' ||
        (options->port != 0 && options->host == NULL)) {
        usage(argv[0]);
        return -1;
    }
    return 0;
}
