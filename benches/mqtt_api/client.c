#include "client.h"

#include <string.h>

#include "../harness/figure.h"
#include "wrappers.h"

#define SUBSCRIBE_MS 5000
#define REQUEST_MS 2000
#define KEEP_ALIVE_MS 60000
#define BUFFER_LENGTH 1024
/* Yields that count nothing new, in a row, before the program gives up. */
#define PATIENCE 1000

unsigned received, acknowledged;
void (*after_received)(void);
void (*after_acknowledged)(void);

static void *client;
static char payload[PAYLOAD_LENGTH];

static void on_event(void *context, void *handle, iotx_mqtt_event_msg_pt event)
{
    (void)context;
    (void)handle;
    if (event->event_type == IOTX_MQTT_EVENT_PUBLISH_SUCCESS) {
        acknowledged++;
        if (after_acknowledged != NULL) {
            after_acknowledged();
        }
    } else if (event->event_type == IOTX_MQTT_EVENT_DISCONNECT) {
        fail("the connection is lost");
    } else if (event->event_type == IOTX_MQTT_EVENT_PUBLISH_RECEIVED) {
        fail("a message without a handler");
    }
}

static void on_message(void *context, void *handle, iotx_mqtt_event_msg_pt event)
{
    const iotx_mqtt_topic_info_t *message = event->msg;

    (void)context;
    (void)handle;
    if (event->event_type != IOTX_MQTT_EVENT_PUBLISH_RECEIVED) {
        return;
    }
    if (message->payload_len != PAYLOAD_LENGTH) {
        fail("a message of another length");
    }
    received++;
    if (after_received != NULL) {
        after_received();
    }
}

static void set_identity(void)
{
    static char key[] = "a1Xz9QbTe4R", name[] = "bench_device",
                secret[] = "0123456789abcdef0123456789abcdef";

    HAL_SetProductKey(key);
    HAL_SetDeviceName(name);
    HAL_SetDeviceSecret(secret);
}

void client_connect(const char *host, uint16_t port)
{
    iotx_mqtt_param_t parameters;

    set_identity();
    memset(payload, 'p', sizeof(payload));
    memset(&parameters, 0, sizeof(parameters));
    parameters.host = host;
    parameters.port = port;
    parameters.client_id = "bench";
    parameters.username = "bench";
    parameters.password = "bench";
    parameters.clean_session = 1;
    parameters.request_timeout_ms = REQUEST_MS;
    parameters.keepalive_interval_ms = KEEP_ALIVE_MS;
    parameters.write_buf_size = BUFFER_LENGTH;
    parameters.read_buf_size = BUFFER_LENGTH;
    parameters.handle_event.h_fp = on_event;
    client = IOT_MQTT_Construct(&parameters);
    if (client == NULL) {
        fail("no connection");
    }
}

void client_disconnect(void)
{
    if (IOT_MQTT_Destroy(&client) != 0) {
        fail("IOT_MQTT_Destroy");
    }
}

void client_subscribe(const char *filter)
{
    if (IOT_MQTT_Subscribe_Sync(client, filter, IOTX_MQTT_QOS1, on_message, NULL, SUBSCRIBE_MS) <
        0) {
        fail("IOT_MQTT_Subscribe_Sync");
    }
}

void client_publish(const char *topic, int qos)
{
    iotx_mqtt_topic_info_t message;

    memset(&message, 0, sizeof(message));
    message.qos = (uint8_t)qos;
    message.payload = payload;
    message.payload_len = sizeof(payload);
    if (IOT_MQTT_Publish(client, topic, &message) < 0) {
        fail("IOT_MQTT_Publish");
    }
}

void client_yield(int ms)
{
    if (IOT_MQTT_Yield(client, ms) != 0) {
        fail("IOT_MQTT_Yield");
    }
}

void client_yield_until(const unsigned *count, unsigned until, int ms)
{
    unsigned before = *count, tries = 0;

    while (*count < until) {
        client_yield(ms);
        tries = *count == before ? tries + 1 : 0;
        before = *count;
        if (tries > PATIENCE) {
            fail("what was awaited does not come");
        }
    }
}
