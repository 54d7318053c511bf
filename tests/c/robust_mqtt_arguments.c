#include "robust_mqtt_arguments.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "infra_compat.h"
#include "mqtt_api.h"
#include "robust_check.h"

#define LONGEST_HOST 255
#define LONGEST_LOGIN_TEXT 1024
#define LONGEST_CUSTOMIZE_INFO 80
#define LONGEST_TOPIC 128
#define SYNC_MS 5000

#define NULL_VALUE (-2)
#define QOS_ERROR (-20)
#define PACKET_ERROR (-21)
#define TOPIC_ERROR (-41)

static const int STRANGE_NUMBERS[] = {-1, INT_MIN, INT_MAX, 7, 255, 65536};
#define STRANGE_COUNT (sizeof STRANGE_NUMBERS / sizeof STRANGE_NUMBERS[0])

static const char *const BAD_TOPICS[] = {
    "a",     "a/b",   "+",   "#",       "/a\n",      "/#/a",          "/a+",
    "/\x7f", "/\xff", "/a#", "/a/\x01", "/\xc0\x80", "/\xed\xa0\x80", " /a"};
#define BAD_TOPIC_COUNT (sizeof BAD_TOPICS / sizeof BAD_TOPICS[0])

static int anybody;

static void on_message(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    (void)context;
    CHECK(client != NULL);
    CHECK(event != NULL);
}

/* A block of its own without a NUL, so that a checker of memory sees every byte read behind it. */
static char *endless(char letter, size_t length)
{
    char *text = malloc(length);
    if (text == NULL) {
        abort();
    }
    memset(text, letter, length);
    return text;
}

static void check_construct_refuses(iotx_mqtt_param_t *parameters, char *text)
{
    CHECK(IOT_MQTT_Construct(parameters) == NULL);
    free(text);
}

static void misuse_construct(void)
{
    iotx_mqtt_param_t parameters;
    char *text;

    memset(&parameters, 0, sizeof parameters);
    parameters.host = text = endless('h', LONGEST_HOST + 1);
    check_construct_refuses(&parameters, text);
    memset(&parameters, 0, sizeof parameters);
    parameters.client_id = text = endless('i', LONGEST_LOGIN_TEXT + 1);
    check_construct_refuses(&parameters, text);
    memset(&parameters, 0, sizeof parameters);
    parameters.username = text = endless('u', LONGEST_LOGIN_TEXT + 1);
    check_construct_refuses(&parameters, text);
    memset(&parameters, 0, sizeof parameters);
    parameters.password = text = endless('p', LONGEST_LOGIN_TEXT + 1);
    check_construct_refuses(&parameters, text);
    memset(&parameters, 0, sizeof parameters);
    parameters.customize_info = text = endless('c', LONGEST_CUSTOMIZE_INFO + 1);
    check_construct_refuses(&parameters, text);
    memset(&parameters, 0, sizeof parameters);
    parameters.client_id = "\xff\xfe";
    check_construct_refuses(&parameters, NULL);
}

static void misuse_conn_info(void)
{
    void *info = &anybody;
    char *text = endless('k', IOTX_DEVICE_SECRET_LEN + 1);

    CHECK_EQUAL(IOT_SetupConnInfo(NULL, "n", "s", &info), NULL_VALUE);
    CHECK_EQUAL(IOT_SetupConnInfo("k", NULL, "s", &info), NULL_VALUE);
    CHECK_EQUAL(IOT_SetupConnInfo("k", "n", NULL, &info), NULL_VALUE);
    CHECK_EQUAL(IOT_SetupConnInfo(text, "n", "s", &info), NULL_VALUE);
    CHECK_EQUAL(IOT_SetupConnInfo("k", text, "s", &info), NULL_VALUE);
    CHECK_EQUAL(IOT_SetupConnInfo("k", "n", text, &info), NULL_VALUE);
    CHECK(info == &anybody);
    free(text);
    CHECK_EQUAL(IOT_SetupConnInfo("k", "n", "s", NULL), 0);
    CHECK_EQUAL(IOT_SetupConnInfo("k", "n", "s", &info), 0);
    CHECK_EQUAL(((iotx_conn_info_t *)info)->port, 0);
    CHECK_EQUAL(((iotx_conn_info_t *)info)->host_name[0], '\0');
    CHECK_EQUAL(((iotx_conn_info_t *)info)->password[0], '\0');
}

static void misuse_network_events(void)
{
    iotx_mqtt_nwk_param_t param = {0};
    size_t i;
    for (i = 0; i < STRANGE_COUNT; i++) {
        iotx_mqtt_nwk_event_t event = (iotx_mqtt_nwk_event_t)STRANGE_NUMBERS[i];
        CHECK_EQUAL(IOT_MQTT_Nwk_Event_Handler(NULL, event, NULL), -1);
        CHECK_EQUAL(IOT_MQTT_Nwk_Event_Handler(&anybody, event, &param), -1);
    }
}

/* Handles that are none: every function gives the same. */
static void misuse_handles(void)
{
    iotx_mqtt_topic_info_t message;
    void *handle = &anybody, *nothing = NULL;
    char text[] = "text";

    memset(&message, 0, sizeof message);
    message.payload = text;
    message.payload_len = sizeof text;
    CHECK_EQUAL(IOT_MQTT_Yield(&anybody, 10), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_CheckStateNormal(&anybody), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Subscribe(&anybody, "/a", IOTX_MQTT_QOS0, on_message, NULL), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Subscribe_Sync(&anybody, "/a", IOTX_MQTT_QOS0, on_message, NULL, SYNC_MS),
                NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Unsubscribe(&anybody, "/a"), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Publish(&anybody, "/a", &message), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(&anybody, "/a", 0, text, 4), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Destroy(&handle), NULL_VALUE);
    CHECK(handle == NULL);
    CHECK_EQUAL(IOT_MQTT_Destroy(&nothing), NULL_VALUE);
}

static void check_filter(const char *filter, int code)
{
    CHECK_EQUAL(IOT_MQTT_Subscribe(NULL, filter, IOTX_MQTT_QOS1, on_message, NULL), code);
    CHECK_EQUAL(IOT_MQTT_Subscribe_Sync(NULL, filter, IOTX_MQTT_QOS1, on_message, NULL, SYNC_MS),
                code);
}

static void misuse_filters(void)
{
    char *text = endless('/', LONGEST_TOPIC + 1);
    size_t i;

    check_filter(NULL, NULL_VALUE);
    check_filter("", NULL_VALUE);
    check_filter(text, TOPIC_ERROR);
    for (i = 0; i < BAD_TOPIC_COUNT; i++) {
        check_filter(BAD_TOPICS[i], TOPIC_ERROR);
    }
    free(text);
    CHECK_EQUAL(IOT_MQTT_Subscribe(NULL, "/a", IOTX_MQTT_QOS1, NULL, NULL), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Subscribe_Sync(NULL, "/a", IOTX_MQTT_QOS1, NULL, NULL, SYNC_MS),
                NULL_VALUE);
}

/* `has_client`: else the topic does not matter. */
static void misuse_unsubscribe(int has_client)
{
    char *text = endless('/', LONGEST_TOPIC + 1);
    size_t i;

    CHECK_EQUAL(IOT_MQTT_Unsubscribe(NULL, NULL), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Unsubscribe(NULL, ""), NULL_VALUE);
    for (i = 0; has_client && i < BAD_TOPIC_COUNT; i++) {
        CHECK_EQUAL(IOT_MQTT_Unsubscribe(NULL, BAD_TOPICS[i]), TOPIC_ERROR);
    }
    if (has_client) {
        CHECK_EQUAL(IOT_MQTT_Unsubscribe(NULL, text), TOPIC_ERROR);
    }
    free(text);
}

static int publish(const char *topic, const char *payload, uint32_t length, int qos)
{
    iotx_mqtt_topic_info_t message;
    int result;

    memset(&message, 0xff, sizeof message);
    message.payload = payload;
    message.payload_len = length;
    message.qos = (uint8_t)qos;
    result = IOT_MQTT_Publish(NULL, topic, &message);
    /* Written only with a packet id. */
    CHECK_EQUAL(message.packet_id, result > 0 ? result : 0xffff);
    return result;
}

/* `wrong_topic` and `wrong_qos`: -2 while there is no client. */
static void misuse_publish(int wrong_topic, int wrong_qos, int too_long)
{
    char *text = endless('/', LONGEST_TOPIC + 1), *payload = endless('p', 1);
    int simple = too_long == NULL_VALUE ? NULL_VALUE : -1;
    size_t i;
    int qos;

    CHECK_EQUAL(publish(NULL, payload, 1, 0), NULL_VALUE);
    CHECK_EQUAL(publish("", payload, 1, 0), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Publish(NULL, "/a", NULL), NULL_VALUE);
    CHECK_EQUAL(publish("/a", NULL, 0, 0), NULL_VALUE);
    CHECK_EQUAL(publish("/a", NULL, 5, 1), NULL_VALUE);
    CHECK_EQUAL(publish(text, payload, 1, 1), wrong_topic);
    CHECK_EQUAL(publish("/+", payload, 1, 1), wrong_topic);
    CHECK_EQUAL(publish("/a/#", payload, 1, 0), wrong_topic);
    for (i = 0; i < BAD_TOPIC_COUNT; i++) {
        CHECK_EQUAL(publish(BAD_TOPICS[i], payload, 1, 0), wrong_topic);
        CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, BAD_TOPICS[i], 0, payload, 1), simple);
    }
    for (qos = 2; qos < 256; qos++) {
        CHECK_EQUAL(publish("/a", payload, 1, qos), wrong_qos);
    }
    /* Refused before it is read. */
    CHECK_EQUAL(publish("/a", payload, UINT32_MAX, 0), too_long);
    CHECK_EQUAL(publish("/a", payload, 300000000, 1), too_long);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, NULL, 0, payload, 1), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, "", 0, payload, 1), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, "/a", 0, NULL, 1), simple);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, "/a", 0, NULL, 0), simple);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, "/a", 1, payload, INT_MAX), simple);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, "/a", 0, payload, -1), -1);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, "/a", 0, payload, INT_MIN), -1);
    for (i = 0; i < STRANGE_COUNT; i++) {
        CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, "/a", STRANGE_NUMBERS[i], payload, 1), simple);
    }
    free(text);
    free(payload);
}

/* What is out of range but has a meaning. */
static void call_on_the_edge(void)
{
    char payload[] = "", *longest = endless('/', LONGEST_TOPIC + 1);
    size_t i;

    longest[LONGEST_TOPIC] = '\0';
    for (i = 0; i < STRANGE_COUNT; i++) {
        iotx_mqtt_qos_t qos = (iotx_mqtt_qos_t)STRANGE_NUMBERS[i];
        CHECK(IOT_MQTT_Subscribe(NULL, "/edge", qos, on_message, NULL) > 0);
    }
    CHECK(IOT_MQTT_Subscribe_Sync(NULL, longest, IOTX_MQTT_QOS2, on_message, NULL, INT_MAX) > 0);
    CHECK_EQUAL(IOT_MQTT_Subscribe_Sync(NULL, "/edge/2", IOTX_MQTT_QOS0, on_message, NULL, INT_MIN),
                -1);
    CHECK_EQUAL(publish(longest, payload, 0, 0), 0);
    CHECK(publish(longest, payload, 0, 1) > 0);
    CHECK_EQUAL(IOT_MQTT_Publish_Simple(NULL, "/edge", 0, payload, 0), 0);
    CHECK_EQUAL(IOT_MQTT_Yield(NULL, 100), 0);
    CHECK(IOT_MQTT_Unsubscribe(NULL, "/edge") > 0);
    CHECK(IOT_MQTT_Unsubscribe(NULL, "/edge/2") > 0);
    CHECK(IOT_MQTT_Unsubscribe(NULL, longest) > 0);
    CHECK_EQUAL(IOT_MQTT_Yield(NULL, 0), 0);
    free(longest);
}

void misuse_mqtt_without_client(void)
{
    misuse_conn_info();
    misuse_network_events();
    misuse_construct();
    misuse_handles();
    misuse_filters();
    misuse_unsubscribe(0);
    misuse_publish(NULL_VALUE, NULL_VALUE, NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Yield(NULL, 10), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_CheckStateNormal(NULL), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Unsubscribe(NULL, "/a"), NULL_VALUE);
    CHECK_EQUAL(IOT_MQTT_Destroy(NULL), NULL_VALUE);
}

void misuse_mqtt_client(void)
{
    char *unread = endless('u', 1);
    void *client = IOT_MQTT_Construct(NULL);

    CHECK(client != NULL);
    /* Another one is not made, so what it is to be is not read. */
    CHECK(IOT_MQTT_Construct((iotx_mqtt_param_t *)(void *)unread) == client);
    free(unread);
    misuse_conn_info();
    misuse_network_events();
    misuse_handles();
    misuse_filters();
    misuse_unsubscribe(1);
    misuse_publish(TOPIC_ERROR, QOS_ERROR, PACKET_ERROR);
    CHECK_EQUAL(IOT_MQTT_Yield(NULL, -1), -1);
    CHECK_EQUAL(IOT_MQTT_Yield(client, INT_MIN), -1);
    call_on_the_edge();
    CHECK_EQUAL(IOT_MQTT_CheckStateNormal(client), 1);
}

void misuse_mqtt_life(void)
{
    void *client = IOT_MQTT_Construct(NULL);

    CHECK(client != NULL);
    misuse_mqtt_client();
    CHECK_EQUAL(IOT_MQTT_Destroy(&client), 0);
    CHECK(client == NULL);
    misuse_mqtt_without_client();
}
