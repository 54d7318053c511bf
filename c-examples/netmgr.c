/*
 * A firmware that gets its Wi-Fi network from a phone, in the shape that netmgr and linkkitapp of
 * AliOS have: tasks that provision and connect, and a main task that takes events, of the network,
 * of the key and of the command line. The radio is scripted: see hal/README.md.
 */
#define _POSIX_C_SOURCE 200809L

#include "awss_dev_ap.h"
#include "dev_bind_api.h"
#include "dev_bind_wrapper.h"
#include "dm_wrapper.h"
#include "hal/hal_awss.h"
#include "hal/hal_posix.h"
#include "infra_compat.h"
#include "provisioning/cloud.h"
#include "provisioning/event_name.h"
#include "provisioning/events.h"
#include "provisioning/options.h"
#include "provisioning/station.h"
#include "wifi_provision_api.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS 200
#define SETTLE_MS 2000
#define TASK_STACK_SIZE 5120
#define WORDS_MAX 4

typedef struct {
    char ssid[EVENT_TEXT_LEN];
    char password[EVENT_TEXT_LEN];
} network_arguments_t;

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static void on_event(int event)
{
    HAL_Printf("app: event 0x%04x %s\r\n", (unsigned)event, event_name(event));
}

static int on_awss_status(int event)
{
    HAL_Printf("app: status 0x%04x %s\r\n", (unsigned)event, event_name(event));
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

static void on_link(int is_up)
{
    events_post(is_up ? EVENT_GOT_IP : EVENT_LOST_IP, NULL);
}

static void on_key(int is_long)
{
    events_post(is_long ? EVENT_LONG_PRESS : EVENT_CLICK, NULL);
}

static void start_task(char *name, void *(*routine)(void *), void *argument)
{
    hal_os_thread_param_t task = {os_thread_priority_normal, NULL, TASK_STACK_SIZE, 1, name};
    void *thread;

    if (HAL_ThreadCreate(&thread, routine, argument, &task, NULL) != 0) {
        HAL_Printf("app: no task %s\r\n", name);
        HAL_Free(argument);
    }
}

static void *autoconfig_task(void *unused)
{
    (void)unused;
    HAL_SleepMs(SETTLE_MS);
    netmgr_start(1);
    return NULL;
}

static void *dev_ap_task(void *unused)
{
    (void)unused;
    if (netmgr_start(0) < 0) {
        HAL_SleepMs(SETTLE_MS);
        HAL_Printf("%s", "app: no network is stored: awss_dev_ap_start\r\n");
        HAL_Printf("app: awss_dev_ap_start gives %d\r\n", awss_dev_ap_start());
    }
    return NULL;
}

static void *change_to_dev_ap_task(void *unused)
{
    awss_stop();
    netmgr_clear();
    return dev_ap_task(unused);
}

static void *change_to_awss_task(void *unused)
{
    (void)unused;
    awss_dev_ap_stop();
    netmgr_clear();
    netmgr_start(1);
    return NULL;
}

static void *start_again_task(void *unused)
{
    (void)unused;
    netmgr_start(1);
    return NULL;
}

static void *connect_task(void *argument)
{
    network_arguments_t *network = argument;

    HAL_Printf("app: netmgr connect gives %d\r\n",
               netmgr_connect(network->ssid, network->password));
    memset(network, 0, sizeof(*network));
    HAL_Free(network);
    return NULL;
}

static void *reset_task(void *unused)
{
    (void)unused;
    HAL_Printf("app: awss_report_reset gives %d\r\n", awss_report_reset());
    HAL_SleepMs(SETTLE_MS);
    netmgr_clear();
    HAL_Printf("%s", "app: reboot\r\n");
    HAL_Reboot();
    return NULL;
}

static void click(void)
{
    HAL_Printf("app: awss_config_press gives %d\r\n", awss_config_press());
}

static void join_network(const char *ssid, const char *password)
{
    network_arguments_t *network = HAL_Malloc(sizeof(*network));

    if (network == NULL) {
        HAL_Printf("%s", "app: no memory\r\n");
        return;
    }
    strcpy(network->ssid, ssid);
    strcpy(network->password, password);
    start_task("netmgr_connect", connect_task, network);
}

static size_t split(char *line, char *words[WORDS_MAX + 1])
{
    size_t count = 0;
    char *rest = NULL, *word = strtok_r(line, " \t\r\n", &rest);

    while (word != NULL && count <= WORDS_MAX) {
        words[count++] = word;
        word = strtok_r(NULL, " \t\r\n", &rest);
    }
    return count;
}

static void netmgr_command(char *words[], size_t count)
{
    if (count == 2 && strcmp(words[1], "start") == 0) {
        start_task("netmgr_start", start_again_task, NULL);
    } else if (count == 2 && strcmp(words[1], "clear") == 0) {
        netmgr_clear();
    } else if ((count == 3 || count == 4) && strcmp(words[1], "connect") == 0) {
        join_network(words[2], count == 4 ? words[3] : "");
    } else {
        HAL_Printf("%s", "app: netmgr start|clear|connect SSID [PASSWORD]\r\n");
    }
}

static void do_command(char *line)
{
    static const struct {
        const char *command;
        void *(*task)(void *);
    } tasks[] = {
        {"dev_ap", change_to_dev_ap_task},
        {"awss", change_to_awss_task},
        {"reset", reset_task},
    };
    char *words[WORDS_MAX + 1];
    size_t count = split(line, words), n;

    if (count == 0) {
        return;
    }
    if (strcmp(words[0], "netmgr") == 0) {
        netmgr_command(words, count);
        return;
    }
    for (n = 0; n < sizeof(tasks) / sizeof(tasks[0]); n++) {
        if (count == 1 && strcmp(words[0], tasks[n].command) == 0) {
            start_task("command", tasks[n].task, NULL);
            return;
        }
    }
    if (count == 1 && strcmp(words[0], "active_awss") == 0) {
        click();
    } else if (count == 1 && strcmp(words[0], "quit") == 0) {
        stopped = 1;
    } else {
        HAL_Printf("%s", "app: active_awss|dev_ap|awss|reset|netmgr|quit\r\n");
    }
}

static void *cli_task(void *unused)
{
    char line[EVENT_TEXT_LEN];
    int is_whole = 1;

    (void)unused;
    while (fgets(line, sizeof(line), stdin) != NULL) {
        int was_whole = is_whole;

        is_whole = strchr(line, '\n') != NULL || feof(stdin);
        if (is_whole && was_whole) {
            events_post(EVENT_COMMAND, line);
        } else if (is_whole) {
            HAL_Printf("app: a command has at most %d bytes\r\n", EVENT_TEXT_LEN - 2);
        }
    }
    memset(line, 0, sizeof(line));
    return NULL;
}

/* In a product they come from DHCP. */
static void print_address(const char *given)
{
    char ip[NETWORK_ADDR_LEN] = "";
    unsigned a, b, c, d;

    if (given == NULL) {
        HAL_Wifi_Get_IP(ip, NULL);
    }
    if (sscanf(given != NULL ? given : ip, "%3u.%3u.%3u.%3u", &a, &b, &c, &d) != 4) {
        HAL_Printf("%s", "Got ip : 127.0.0.1, gw : 127.0.0.1, mask : 255.0.0.0\r\n");
        return;
    }
    HAL_Printf("Got ip : %u.%u.%u.%u, gw : %u.%u.%u.1, mask : 255.255.255.0\r\n", a, b, c, d, a, b,
               c);
}

static void got_ip(options_t *options)
{
    print_address(options->ip);
    if (netmgr_is_helper_network()) {
        return;
    }
    netmgr_save();
    cloud_start(&options->device);
}

static void handle(event_t *event, options_t *options)
{
    switch (event->kind) {
    case EVENT_GOT_IP:
        got_ip(options);
        break;
    case EVENT_LOST_IP:
        HAL_Printf("%s", "app: the network is gone\r\n");
        break;
    case EVENT_CLICK:
        click();
        break;
    case EVENT_LONG_PRESS:
        start_task("reset", reset_task, NULL);
        break;
    case EVENT_COMMAND:
        do_command(event->text);
        /* It may have a password in it. */
        memset(event->text, 0, sizeof(event->text));
        break;
    case EVENT_NONE:
        break;
    }
}

static int set_up(options_t *options)
{
    iotx_linkkit_dev_meta_info_t *device = &options->device;

    /* Provisioning needs them before there is a device to open. */
    HAL_SetProductKey(device->product_key);
    HAL_SetProductSecret(device->product_secret);
    HAL_SetDeviceName(device->device_name);
    HAL_SetDeviceSecret(device->device_secret);
    if (options->host != NULL && IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, options->host) != 0) {
        return -1;
    }
    if (options->port != 0) {
        hal_posix_set_mqtt_port(options->host, options->port);
    }
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_awss_status);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connected);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_disconnected);
    iotx_event_regist_cb(on_event);
    hal_awss_set_link_handler(on_link);
    hal_awss_set_key_handler(on_key);
    return events_init();
}

static int run(options_t *options)
{
    uint64_t end = HAL_UptimeMs() + (uint64_t)options->seconds * 1000;

    start_task("netmgr_start", options->wants_dev_ap ? dev_ap_task : autoconfig_task, NULL);
    start_task("cli", cli_task, NULL);
    while (!stopped && (options->seconds == 0 || HAL_UptimeMs() < end)) {
        event_t event = events_wait(WAIT_MS);

        handle(&event, options);
    }
    awss_stop();
    awss_dev_ap_stop();
    return cloud_stop() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
    static options_t options;
    struct sigaction action;

    if (options_read(&options, argc, argv) != 0) {
        return EXIT_FAILURE;
    }
    memset(&action, 0, sizeof(action));
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (set_up(&options) != 0 ||
        (options.script != NULL && hal_awss_run_script(options.script) != 0) ||
        (options.socket != NULL && hal_awss_listen(options.socket) != 0)) {
        return EXIT_FAILURE;
    }
    return run(&options);
}
