#include "virtual_mqtt.h"

#include "virtual_calls.h"
#include "virtual_port.h"

#include "infra_compat.h"
#include "mqtt_api.h"

#include <string.h>

/* IOT_MQTT_Construct: its budget, and one write that takes its time. */
#define CONSTRUCT_MAX_MS 15100
/* IOT_MQTT_Destroy: reads that end, and one such write. */
#define DESTROY_MAX_MS 6000
#define SYNC_MS 5000
/* How long messages may take until more are asked for. */
#define ANSWER_MS 20000
#define TRIES 5

#define TIMED_OUT (-1)
#define OFFLINE (-27)
#define OUT_OF_MEMORY (-1014)

/* What the numbers of messages that came once must not do: come again. */
#define NUMBERS 64

static void *client;
static int came[NUMBERS];
static int is_unsubscribed, came_at_least_once, came_exactly_once;

static void on_event(void *context, void *handle, iotx_mqtt_event_msg_pt event)
{
    (void)context;
    (void)handle;
    rule_lock_is_free("an observer with a mutex locked");
    is_unsubscribed |= event->event_type == IOTX_MQTT_EVENT_UNSUBCRIBE_SUCCESS;
}

static void on_message(void *context, void *handle, iotx_mqtt_event_msg_pt event)
{
    const iotx_mqtt_topic_info_t *message = event->msg;
    unsigned number = (unsigned char)message->payload[0] % NUMBERS;

    (void)context;
    (void)handle;
    rule_lock_is_free("a handler with a mutex locked");
    if (message->qos == 2) {
        if (came[number]++ != 0) {
            rule_broken("a QoS 2 message came twice");
        }
        came_exactly_once = 1;
    } else {
        came_at_least_once = 1;
    }
}

static void yield(int ms)
{
    IOT_MQTT_Yield(client, ms);
}

static int is_connected(void)
{
    return IOT_MQTT_CheckStateNormal(client) == 1;
}

static int has_come(void)
{
    return came_at_least_once && came_exactly_once && cloud_user_is_acknowledged();
}

static int has_left(void)
{
    return is_unsubscribed && !cloud_user_is_subscribed();
}

static int serve_until(int (*done)(void), uint64_t longest_ms)
{
    return yield_until_time(yield, done, virtual_now() + longest_ms);
}

static int construct(void)
{
    static char host[] = "cloud.example";
    iotx_mqtt_param_t parameters;
    call_t call = call_begins();

    memset(&parameters, 0, sizeof(parameters));
    parameters.host = host;
    /* The least: a port that reads nothing any more is to be noticed while the scenario lasts. */
    parameters.keepalive_interval_ms = 30000;
    parameters.handle_event.h_fp = on_event;
    client = IOT_MQTT_Construct(&parameters);
    return call_ended(&call, client != NULL, 1, CONSTRUCT_MAX_MS);
}

static int call_subscribe(void)
{
    return IOT_MQTT_Subscribe_Sync(client, "/user/get", IOTX_MQTT_QOS2, on_message, NULL, SYNC_MS);
}

/* Asks the cloud for a message of each kind. */
static int call_publish(void)
{
    iotx_mqtt_topic_info_t message;

    memset(&message, 0, sizeof(message));
    message.qos = IOTX_MQTT_QOS1;
    message.payload = "get";
    message.payload_len = 3;
    return IOT_MQTT_Publish(client, "/user/update", &message);
}

static int call_unsubscribe(void)
{
    return IOT_MQTT_Unsubscribe(client, "/user/get");
}

/* Repeats a call while there is no connection. A subscription that is late goes on by itself. */
static int request(int (*call_library)(void), uint64_t longest_ms)
{
    int tries, result = OFFLINE;

    for (tries = 0; tries < TRIES && result == OFFLINE; tries++) {
        call_t call;
        if (!serve_until(is_connected, PATIENCE_MS)) {
            return 0;
        }
        call = call_begins();
        result = call_library();
        /* 0: later, for there is no memory for the packet now. */
        call_ended(&call, result >= (call_library == call_publish),
                   result == OFFLINE || result == OUT_OF_MEMORY ||
                       (result == TIMED_OUT && call_library == call_subscribe),
                   longest_ms);
    }
    return result >= 0 || result == TIMED_OUT;
}

/* A message that was on its way when the connection was lost is gone with the session. */
static int get_messages(void)
{
    int tries;

    came_at_least_once = came_exactly_once = 0;
    for (tries = 0; tries < TRIES; tries++) {
        if (!serve_until(cloud_user_is_subscribed, PATIENCE_MS) ||
            !request(call_publish, CALL_MAX_MS)) {
            return 0;
        }
        if (serve_until(has_come, ANSWER_MS)) {
            return 1;
        }
    }
    return 0;
}

int mqtt_run(void)
{
    memset(came, 0, sizeof(came));
    is_unsubscribed = 0;
    return construct() && request(call_subscribe, SYNC_MS + 2 * CALL_MAX_MS) && get_messages() &&
           request(call_unsubscribe, CALL_MAX_MS) && serve_until(has_left, PATIENCE_MS) &&
           mqtt_end();
}

int mqtt_end(void)
{
    if (client != NULL) {
        call_t call = call_begins();
        call_ended(&call, IOT_MQTT_Destroy(&client) == 0, 0, DESTROY_MAX_MS);
    }
    return client == NULL;
}

int mqtt_recovers(void)
{
    return client == NULL || serve_until(is_connected, PATIENCE_MS);
}

void mqtt_gone(void)
{
    client = NULL;
}
