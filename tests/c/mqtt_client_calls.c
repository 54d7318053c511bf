#define _POSIX_C_SOURCE 200809L
#include "mqtt_client_calls.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mqtt_api.h"
#include "mqtt_client_handlers.h"
#include "wrappers.h"

#define LONG_YIELD_MS 10000
/* A publish that takes longer is one that the network does not take, ms. */
#define SLOW_MS 1000

static void *const NO_CLIENT = NULL;
static void *client;

void *application_client(void)
{
    return client;
}

/* One KEY=VALUE of construct. */
static void set_parameter(iotx_mqtt_param_t *parameters, const char *word)
{
    const char *value = strchr(word, '=');
    size_t length;
    if (value == NULL) {
        fprintf(stderr, "not KEY=VALUE: %s\n", word);
        exit(EXIT_FAILURE);
    }
    length = (size_t)(value++ - word);
#define IS(key) (strlen(key) == length && memcmp(word, (key), length) == 0)
    if (IS("host")) {
        parameters->host = value;
    } else if (IS("port")) {
        parameters->port = (uint16_t)atoi(value);
    } else if (IS("id")) {
        parameters->client_id = value;
    } else if (IS("user")) {
        parameters->username = value;
    } else if (IS("password")) {
        parameters->password = value;
    } else if (IS("info")) {
        parameters->customize_info = value;
    } else if (IS("clean")) {
        parameters->clean_session = (uint8_t)atoi(value);
    } else if (IS("timeout")) {
        parameters->request_timeout_ms = (uint32_t)atol(value);
    } else if (IS("keepalive")) {
        parameters->keepalive_interval_ms = (uint32_t)atol(value);
    } else if (IS("write")) {
        parameters->write_buf_size = (uint32_t)atol(value);
    } else if (IS("read")) {
        parameters->read_buf_size = (uint32_t)atol(value);
    } else if (IS("observer")) {
        parameters->handle_event.h_fp = on_event;
        parameters->handle_event.pcontext = handler_context(value);
    } else {
        fprintf(stderr, "no parameter %s\n", word);
        exit(EXIT_FAILURE);
    }
#undef IS
}

int call_construct(char **words)
{
    iotx_mqtt_param_t parameters;
    int is_null = words[0] != NULL && strcmp(words[0], "null") == 0;
    void *made;

    memset(&parameters, 0, sizeof(parameters));
    for (; !is_null && *words != NULL; words++) {
        set_parameter(&parameters, *words);
    }
    made = IOT_MQTT_Construct(is_null ? NULL : &parameters);
    if (made == NULL) {
        return 0;
    }
    if (client != NULL && client != made) {
        return 2;
    }
    client = made;
    return 1;
}

int call_destroy(char **words)
{
    void *given = client, *place = client;
    int result;

    /* The observer may make another one meanwhile. */
    client = NULL;
    result = IOT_MQTT_Destroy(words[0] != NULL ? NULL : &place);
    if (result != 0 && client == NULL) {
        client = given;
    }
    return words[0] == NULL && place != NULL ? -100 : result;
}

/* What the functions take: NULL and a handle stand for the same, so each is used in turn. */
static void *handle(void)
{
    static unsigned calls;
    return ++calls % 2 == 0 ? client : NO_CLIENT;
}

int call_subscribe(char **words)
{
    return IOT_MQTT_Subscribe(handle(), words[0], (iotx_mqtt_qos_t)atoi(words[1]), on_message,
                              handler_context(words[2]));
}

int call_subscribe_sync(char **words)
{
    return IOT_MQTT_Subscribe_Sync(handle(), words[0], (iotx_mqtt_qos_t)atoi(words[1]), on_message,
                                   handler_context(words[2]), atoi(words[3]));
}

int call_unsubscribe(char **words)
{
    return IOT_MQTT_Unsubscribe(handle(), words[0]);
}

/* -100: the packet id was not written into the message, or written where it should not be. */
static int publish_bytes(const char *topic, const char *qos, const char *payload, size_t length,
                         int retain)
{
    iotx_mqtt_topic_info_t message;
    int result, is_written;

    memset(&message, 0, sizeof(message));
    message.qos = (uint8_t)atoi(qos);
    message.retain = (uint8_t)retain;
    message.payload = payload;
    message.payload_len = (uint32_t)length;
    result = IOT_MQTT_Publish(handle(), topic, &message);
    is_written = result <= 0 ? message.packet_id == 0 : message.packet_id == result;
    return is_written ? result : -100;
}

int call_publish(char **words)
{
    return publish_bytes(words[0], words[1], words[2], strlen(words[2]), words[3] != NULL);
}

int call_publish_long(char **words)
{
    size_t length = (size_t)atol(words[2]);
    char *payload = malloc(length + 1);
    int result;

    if (payload == NULL) {
        exit(EXIT_FAILURE);
    }
    memset(payload, 'x', length);
    result = publish_bytes(words[0], words[1], payload, length, 0);
    free(payload);
    return result;
}

int call_publish_simple(char **words)
{
    return IOT_MQTT_Publish_Simple(handle(), words[0], atoi(words[1]), words[2],
                                   (int)strlen(words[2]));
}

int call_state(char **words)
{
    (void)words;
    return IOT_MQTT_CheckStateNormal(handle());
}

int call_yield(char **words)
{
    return IOT_MQTT_Yield(handle(), atoi(words[0]));
}

static void *yield_long(void *unused)
{
    (void)unused;
    IOT_MQTT_Yield(NULL, LONG_YIELD_MS);
    return NULL;
}

int call_publish_beside_yield(char **words)
{
    pthread_t thread;
    int i, longest = 0;

    if (pthread_create(&thread, NULL, yield_long, NULL) != 0) {
        return -1;
    }
    HAL_SleepMs(100);
    for (i = 0; i < atoi(words[0]); i++) {
        uint64_t begin = HAL_UptimeMs();
        int result = publish_bytes(words[1], words[2], "beside", strlen("beside"), 0);
        int took = (int)(HAL_UptimeMs() - begin);
        if (result < 0) {
            return result;
        }
        longest = took > longest ? took : longest;
        /* Longer than a round trip, so that acknowledgements keep up. */
        HAL_SleepMs(5);
    }
    printf("yield goes on\n");
    pthread_join(thread, NULL);
    return longest;
}

int call_publish_until_slow(char **words)
{
    for (;;) {
        uint64_t begin = HAL_UptimeMs();
        int result = call_publish_long(words);
        int took = (int)(HAL_UptimeMs() - begin);
        if (took > SLOW_MS || result < 0) {
            printf("publish gave %d\n", result);
            return took;
        }
    }
}
