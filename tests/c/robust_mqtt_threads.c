/* Many threads in the functions of mqtt_api.h at once: one yields, four publish, subscribe and
 * unsubscribe, and the first makes the client and destroys it.
 * Arguments: log level, scenario, rounds, product key, device name, device secret, product secret,
 * host. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "infra_compat.h"
#include "mqtt_api.h"
#include "robust_check.h"
#include "robust_identity.h"
#include "wrappers.h"

#define YIELD_MS 20
#define PAUSE_MS 2
#define THREADS 5
#define FILTERS 4
#define SYNC_MS 50
#define TRAFFIC_TRIES 1000

/* Documented, and what a call can meet here: no client, no connection, a full window, a timeout. */
#define NO_CLIENT (-2)
#define OFFLINE (-27)
#define WINDOW_FULL (-42)
#define TIMED_OUT (-1)

static int is_over;
static unsigned long messages, answers;
static char contexts[FILTERS];

static int is_running(void)
{
    return !__atomic_load_n(&is_over, __ATOMIC_RELAXED);
}

static void count(unsigned long *counter)
{
    __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

/* From inside, as applications do. */
static void on_message(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    const iotx_mqtt_topic_info_t *message = event->msg;
    char answer[] = "answer";

    CHECK(client != NULL);
    CHECK_EQUAL(event->event_type, IOTX_MQTT_EVENT_PUBLISH_RECEIVED);
    CHECK(context >= (void *)contexts && context < (void *)(contexts + FILTERS));
    CHECK(message->topic_len > 0 && message->ptopic[0] == '/');
    CHECK_EQUAL(message->payload_len, 4);
    count(&messages);
    IOT_MQTT_Publish_Simple(client, "/answers", 0, answer, (int)strlen(answer));
}

static void on_event(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    CHECK(context == &is_over);
    CHECK(client != NULL);
    CHECK(event->event_type > IOTX_MQTT_EVENT_UNDEF &&
          event->event_type <= IOTX_MQTT_EVENT_BUFFER_OVERFLOW);
    count(&answers);
}

static void filter_of(char filter[16], unsigned round)
{
    snprintf(filter, 16, "/filter/%u%s", round % FILTERS, round % 2 != 0 ? "/+" : "");
}

static int is_among(int result, int a, int b, int c)
{
    return result >= 0 || result == NO_CLIENT || result == a || result == b || result == c;
}

static void *yield(void *unused)
{
    (void)unused;
    while (is_running()) {
        int result = IOT_MQTT_Yield(NULL, YIELD_MS);
        CHECK(result == 0 || result == NO_CLIENT);
        HAL_SleepMs(1);
    }
    return NULL;
}

static void *publish(void *unused)
{
    unsigned round;
    (void)unused;
    for (round = 0; is_running(); round++) {
        iotx_mqtt_topic_info_t message;
        int result;
        memset(&message, 0, sizeof message);
        message.qos = (uint8_t)(round % 2);
        message.payload = "text";
        message.payload_len = 4;
        result = IOT_MQTT_Publish(NULL, round % 3 != 0 ? "/filter/0" : "/filter/1/x", &message);
        CHECK(is_among(result, OFFLINE, WINDOW_FULL, OFFLINE));
        HAL_SleepMs(PAUSE_MS);
    }
    return NULL;
}

static void *subscribe(void *unused)
{
    unsigned round;
    (void)unused;
    for (round = 0; is_running(); round++) {
        char filter[16];
        int result;
        filter_of(filter, round);
        result = IOT_MQTT_Subscribe(NULL, filter, (iotx_mqtt_qos_t)(round % 3), on_message,
                                    &contexts[round % FILTERS]);
        CHECK(is_among(result, OFFLINE, OFFLINE, OFFLINE));
        CHECK(IOT_MQTT_CheckStateNormal(NULL) >= NO_CLIENT);
        HAL_SleepMs(PAUSE_MS);
    }
    return NULL;
}

static void *subscribe_and_wait(void *unused)
{
    unsigned round;
    (void)unused;
    for (round = 0; is_running(); round++) {
        int result = IOT_MQTT_Subscribe_Sync(NULL, "/filter/0", IOTX_MQTT_QOS1, on_message,
                                             &contexts[0], SYNC_MS);
        CHECK(is_among(result, OFFLINE, TIMED_OUT, OFFLINE));
        HAL_SleepMs(PAUSE_MS);
    }
    return NULL;
}

static void *unsubscribe(void *unused)
{
    unsigned round;
    (void)unused;
    for (round = 0; is_running(); round++) {
        char filter[16];
        int result;
        filter_of(filter, round + 1);
        result = IOT_MQTT_Unsubscribe(NULL, filter);
        CHECK(is_among(result, OFFLINE, OFFLINE, OFFLINE));
        HAL_SleepMs(2 * PAUSE_MS);
    }
    return NULL;
}

static void *make(void)
{
    iotx_mqtt_param_t parameters;
    void *client;

    memset(&parameters, 0, sizeof parameters);
    parameters.handle_event.h_fp = on_event;
    parameters.handle_event.pcontext = &is_over;
    client = IOT_MQTT_Construct(&parameters);
    CHECK(client != NULL);
    return client;
}

static void destroy(void *client)
{
    CHECK_EQUAL(IOT_MQTT_Destroy(&client), 0);
    CHECK(client == NULL);
}

/* `rounds` tenths of a second with everything at once. */
static void serve(int rounds)
{
    void *client = make();
    HAL_SleepMs((unsigned)rounds * 100);
    CHECK_EQUAL(IOT_MQTT_CheckStateNormal(client), 1);
    destroy(client);
    CHECK_EQUAL(IOT_MQTT_Destroy(NULL), NO_CLIENT);
}

static int has_traffic(void)
{
    return __atomic_load_n(&messages, __ATOMIC_RELAXED) > 0 &&
           __atomic_load_n(&answers, __ATOMIC_RELAXED) > 0;
}

/* Every round a whole life of the client. The lives are too short for a slow machine to have a
 * message come back in one of them, except for the last. */
static void remake(int rounds)
{
    int round, try;
    for (round = 0; round < rounds; round++) {
        void *client = make();
        IOT_MQTT_Yield(client, 1 + round % YIELD_MS);
        for (try = 0; round == rounds - 1 && !has_traffic() && try < TRAFFIC_TRIES; try++) {
            IOT_MQTT_Yield(client, YIELD_MS);
        }
        destroy(client);
    }
}

static void run_beside_threads(void (*scenario)(int rounds), int rounds)
{
    static void *(*const routines[THREADS])(void *) = {yield, publish, subscribe,
                                                       subscribe_and_wait, unsubscribe};
    pthread_t threads[THREADS];
    int i;
    for (i = 0; i < THREADS; i++) {
        CHECK_EQUAL(pthread_create(&threads[i], NULL, routines[i], NULL), 0);
    }
    scenario(rounds);
    __atomic_store_n(&is_over, 1, __ATOMIC_RELAXED);
    for (i = 0; i < THREADS; i++) {
        CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
    }
}

int main(int argc, char **argv)
{
    iotx_linkkit_dev_meta_info_t meta_info;
    if (argc != 9) {
        return EXIT_FAILURE;
    }
    identity_from_arguments(&meta_info, argv + 4);
    HAL_SetProductKey(meta_info.product_key);
    HAL_SetDeviceName(meta_info.device_name);
    HAL_SetDeviceSecret(meta_info.device_secret);
    IOT_SetLogLevel((IOT_LogLevel)atoi(argv[1]));
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, argv[8]), 0);
    if (strcmp(argv[2], "serve") == 0) {
        run_beside_threads(serve, atoi(argv[3]));
    } else if (strcmp(argv[2], "remake") == 0) {
        run_beside_threads(remake, atoi(argv[3]));
    } else {
        return EXIT_FAILURE;
    }
    CHECK(has_traffic());
    return check_summary();
}
