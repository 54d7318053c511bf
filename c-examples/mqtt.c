/*
 * A firmware that uses MQTT alone: it subscribes, publishes once in a while, and prints what comes.
 * The device is what the port says it is.
 */
#define _POSIX_C_SOURCE 200809L

#include "infra_compat.h"
#include "mqtt_api.h"
#include "wrappers.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YIELD_MS 200
#define PUBLISH_EVERY_MS 5000
#define SUBSCRIBE_MS 5000

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

/* Neither topic nor payload ends with a NUL. */
static void on_message(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    const iotx_mqtt_topic_info_t *message = event->msg;

    (void)context;
    (void)client;
    HAL_Printf("app: %.*s: %.*s\r\n", (int)message->topic_len, message->ptopic,
               (int)message->payload_len, message->payload);
}

static void on_event(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    unsigned packet_id = (unsigned)(uintptr_t)event->msg;

    (void)context;
    (void)client;
    switch (event->event_type) {
    case IOTX_MQTT_EVENT_DISCONNECT:
        HAL_Printf("%s", "app: disconnected\r\n");
        break;
    case IOTX_MQTT_EVENT_RECONNECT:
        HAL_Printf("%s", "app: connected again\r\n");
        break;
    case IOTX_MQTT_EVENT_PUBLISH_SUCCESS:
        HAL_Printf("app: message %u has arrived\r\n", packet_id);
        break;
    case IOTX_MQTT_EVENT_PUBLISH_TIMEOUT:
        HAL_Printf("app: message %u is lost\r\n", packet_id);
        break;
    default:
        break;
    }
}

static int publish(void *client, const char *topic, unsigned number)
{
    char payload[32];
    iotx_mqtt_topic_info_t message;

    memset(&message, 0, sizeof(message));
    message.qos = IOTX_MQTT_QOS1;
    message.payload = payload;
    message.payload_len = (uint32_t)snprintf(payload, sizeof(payload), "{\"count\":%u}", number);
    return IOT_MQTT_Publish(client, topic, &message);
}

static int run(char *host, uint16_t port, unsigned seconds)
{
    char product_key[IOTX_PRODUCT_KEY_LEN + 1] = "", device_name[IOTX_DEVICE_NAME_LEN + 1] = "";
    char get[128], update[128];
    iotx_mqtt_param_t params;
    uint64_t start = HAL_UptimeMs(), next = start;
    unsigned count = 0;
    void *client;

    memset(&params, 0, sizeof(params));
    params.host = host;
    params.port = port;
    params.handle_event.h_fp = on_event;
    client = IOT_MQTT_Construct(&params);
    if (client == NULL) {
        return EXIT_FAILURE;
    }
    HAL_GetProductKey(product_key);
    HAL_GetDeviceName(device_name);
    snprintf(get, sizeof(get), "/%s/%s/user/get", product_key, device_name);
    snprintf(update, sizeof(update), "/%s/%s/user/update", product_key, device_name);
    if (IOT_MQTT_Subscribe_Sync(client, get, IOTX_MQTT_QOS1, on_message, NULL, SUBSCRIBE_MS) < 0) {
        HAL_Printf("%s", "app: not subscribed yet\r\n");
    }
    while (!stopped && (seconds == 0 || HAL_UptimeMs() - start < seconds * 1000u)) {
        if (HAL_UptimeMs() >= next) {
            next += PUBLISH_EVERY_MS;
            publish(client, update, ++count);
        }
        IOT_MQTT_Yield(client, YIELD_MS);
    }
    return IOT_MQTT_Destroy(&client) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
    struct sigaction action;

    if (argc < 4 || argc > 7) {
        printf("usage: %s PRODUCT_KEY DEVICE_NAME DEVICE_SECRET [HOST [PORT [SECONDS]]]\n",
               argv[0]);
        return EXIT_FAILURE;
    }
    if (HAL_SetProductKey(argv[1]) < 0 || HAL_SetDeviceName(argv[2]) < 0 ||
        HAL_SetDeviceSecret(argv[3]) < 0) {
        return EXIT_FAILURE;
    }
    memset(&action, 0, sizeof(action));
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return run(argc > 4 ? argv[4] : NULL, (uint16_t)(argc > 5 ? atoi(argv[5]) : 0),
               argc > 6 ? (unsigned)atoi(argv[6]) : 0);
}
