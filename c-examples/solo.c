/*
 * A firmware with a device model: it posts its properties and an event once in a while, does what
 * the cloud sets and calls, and takes new firmware. What it says of itself (PowerSwitch, Error,
 * Hello) is what the product's model in the console says.
 */
#define _POSIX_C_SOURCE 200809L

#include "dev_model_api.h"
#include "dm_wrapper.h"
#include "hal/hal_posix.h"
#include "infra_compat.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YIELD_MS 200
#define RETRY_MS 2000
#define POST_EVERY_MS 5000
#define POSTS_PER_EVENT 3

static volatile sig_atomic_t stopped;
static int is_firmware_announced;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
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

/* The cloud has its answer already. A product parses `request`, acts, and posts what it is then. */
static int on_property_set(const int devid, const char *request, const int length)
{
    HAL_Printf("app: set %s\r\n", request);
    return IOT_Linkkit_Report(devid, ITM_MSG_POST_PROPERTY, (unsigned char *)request, length);
}

/* The library frees the response. 0: success. */
static int on_service(const int devid, const char *id, const int id_length, const char *request,
                      const int request_length, char **response, int *response_length)
{
    static const char result[] = "{\"Result\":1}";

    (void)devid;
    (void)id_length;
    (void)request_length;
    HAL_Printf("app: service %s, %s\r\n", id, request);
    *response = HAL_Malloc(sizeof(result));
    if (*response == NULL) {
        return -1;
    }
    memcpy(*response, result, sizeof(result));
    *response_length = (int)strlen(result);
    return 0;
}

/* `reply` is NULL when there is none. */
static int on_report_reply(const int devid, const int id, const int code, const char *reply,
                           const int length)
{
    (void)devid;
    HAL_Printf("app: report %d: code %d %.*s\r\n", id, code, length, reply == NULL ? "" : reply);
    return 0;
}

static int on_event_reply(const int devid, const int id, const int code, const char *event,
                          const int event_length, const char *message, const int message_length)
{
    (void)devid;
    HAL_Printf("app: event %.*s %d: code %d %.*s\r\n", event_length, event, id, code,
               message_length, message);
    return 0;
}

/* The download takes long: it is made outside of the callback. */
static int on_firmware(int type, const char *version)
{
    HAL_Printf("app: firmware %s is there\r\n", version);
    is_firmware_announced = type == 0;
    return 0;
}

static int register_callbacks(void)
{
    int wanted = 1;

    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connected);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_disconnected);
    IOT_RegisterCallback(ITE_PROPERTY_SET, on_property_set);
    IOT_RegisterCallback(ITE_SERVICE_REQUEST, on_service);
    IOT_RegisterCallback(ITE_REPORT_REPLY, on_report_reply);
    IOT_RegisterCallback(ITE_TRIGGER_EVENT_REPLY, on_event_reply);
    IOT_RegisterCallback(ITE_FOTA, on_firmware);
    if (IOT_Ioctl(IOTX_IOCTL_RECV_PROP_REPLY, &wanted) != 0) {
        return -1;
    }
    return IOT_Ioctl(IOTX_IOCTL_RECV_EVENT_REPLY, &wanted);
}

static void post(int devid, unsigned count)
{
    char event[] = "Error", output[] = "{\"ErrorCode\":0}", properties[64];
    int length = snprintf(properties, sizeof(properties), "{\"PowerSwitch\":%u}", count % 2);

    IOT_Linkkit_Report(devid, ITM_MSG_POST_PROPERTY, (unsigned char *)properties, length);
    if (count % POSTS_PER_EVENT == 0) {
        IOT_Linkkit_TriggerEvent(devid, event, (int)strlen(event), output, (int)strlen(output));
    }
}

static void download_firmware(int devid)
{
    static unsigned char buffer[1024];

    is_firmware_announced = 0;
    if (IOT_Linkkit_Query(devid, ITM_MSG_QUERY_FOTA_DATA, buffer, sizeof(buffer)) == 0) {
        HAL_Printf("%s", "app: the new firmware is stored and runs after a restart\r\n");
    }
}

static int run(iotx_linkkit_dev_meta_info_t *device, unsigned seconds)
{
    uint64_t start = HAL_UptimeMs(), next = start;
    unsigned count = 0;
    int devid = IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, device);
    int is_connected = 0;

    if (devid < 0) {
        return EXIT_FAILURE;
    }
    while (!stopped && (seconds == 0 || HAL_UptimeMs() - start < seconds * 1000u)) {
        if (!is_connected) {
            is_connected = IOT_Linkkit_Connect(devid) == 0;
            HAL_SleepMs(is_connected ? 0 : RETRY_MS);
            continue;
        }
        if (is_firmware_announced) {
            download_firmware(devid);
        }
        if (HAL_UptimeMs() >= next) {
            next = HAL_UptimeMs() + POST_EVERY_MS;
            post(devid, count++);
        }
        IOT_Linkkit_Yield(YIELD_MS);
    }
    return IOT_Linkkit_Close(devid) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
    iotx_linkkit_dev_meta_info_t device;
    struct sigaction action;

    if (argc < 4 || argc > 7) {
        printf("usage: %s PRODUCT_KEY DEVICE_NAME DEVICE_SECRET [HOST [PORT [SECONDS]]]\n",
               argv[0]);
        return EXIT_FAILURE;
    }
    memset(&device, 0, sizeof(device));
    strncpy(device.product_key, argv[1], IOTX_PRODUCT_KEY_LEN);
    strncpy(device.device_name, argv[2], IOTX_DEVICE_NAME_LEN);
    strncpy(device.device_secret, argv[3], IOTX_DEVICE_SECRET_LEN);
    if (register_callbacks() != 0 ||
        (argc > 4 && IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, argv[4]) != 0)) {
        return EXIT_FAILURE;
    }
    if (argc > 5) {
        hal_posix_set_mqtt_port(argv[4], (uint16_t)atoi(argv[5]));
    }
    memset(&action, 0, sizeof(action));
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return run(&device, argc > 6 ? (unsigned)atoi(argv[6]) : 0);
}
