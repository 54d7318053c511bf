/*
 * A part of the cloud: for each event it replies, sets and gets properties, calls a service both
 * ways, and sends raw data, until the device has answered everything that asks for an answer.
 */
#include "virtual_port.h"

#include <string.h>

#define AT_MOST_ONCE 0x30
#define LONGEST_PACKET 512

/* Behind /sys/…/…/, as in every topic here. */
static const char *const ANSWERS[] = {"thing/service/property/set_reply",
                                      "thing/service/property/get_reply",
                                      "thing/service/Hello_reply", "rrpc/response/7"};
#define ANSWER_COUNT (sizeof(ANSWERS) / sizeof(ANSWERS[0]))

static int is_answered[ANSWER_COUNT];

int cloud_model_is_answered(void)
{
    size_t i = 0;
    while (i < ANSWER_COUNT && is_answered[i]) {
        i++;
    }
    return i == ANSWER_COUNT;
}

static size_t append(unsigned char *packet, size_t used, const void *bytes, size_t length)
{
    if (length > LONGEST_PACKET - used) {
        rule_broken("the cloud has no room for a message");
        return used;
    }
    memcpy(packet + used, bytes, length);
    return used + length;
}

/* On the topic of this device that `suffix` ends. */
static void send(const unsigned char *own_topic, size_t own_length, const char *suffix,
                 const char *payload)
{
    unsigned char packet[LONGEST_PACKET];
    size_t topic_length = own_length + strlen(suffix), length = 2 + topic_length + strlen(payload);
    size_t used = 0;
    packet[used++] = AT_MOST_ONCE;
    packet[used++] = (unsigned char)(length | 0x80);
    packet[used++] = (unsigned char)(length >> 7);
    packet[used++] = 0;
    packet[used++] = (unsigned char)topic_length;
    used = append(packet, used, own_topic, own_length);
    used = append(packet, used, suffix, strlen(suffix));
    used = append(packet, used, payload, strlen(payload));
    cloud_push(packet, used);
}

/* What stands behind /sys/…/…/. */
static size_t own_length_of(const unsigned char *topic, size_t length)
{
    size_t i, slashes = 0;
    for (i = 0; i < length && slashes < 4; i++) {
        slashes += topic[i] == '/';
    }
    return i;
}

static int is(const unsigned char *text, size_t length, const char *other)
{
    return length == strlen(other) && memcmp(text, other, length) == 0;
}

void model_published(const unsigned char *topic, size_t length)
{
    size_t own_length = own_length_of(topic, length), i;
    const unsigned char *suffix = topic + own_length;

    for (i = 0; i < ANSWER_COUNT; i++) {
        is_answered[i] |= is(suffix, length - own_length, ANSWERS[i]);
    }
    if (!is(suffix, length - own_length, "thing/event/Error/post")) {
        return;
    }
    memset(is_answered, 0, sizeof(is_answered));
    send(topic, own_length, "thing/service/property/set",
         "{\"id\":\"1\",\"version\":\"1.0\",\"params\":{\"PowerSwitch\":1},"
         "\"method\":\"thing.service.property.set\"}");
    send(topic, own_length, "thing/service/property/get",
         "{\"id\":\"2\",\"version\":\"1.0\",\"params\":[\"PowerSwitch\"],"
         "\"method\":\"thing.service.property.get\"}");
    send(topic, own_length, "thing/service/Hello",
         "{\"id\":\"3\",\"version\":\"1.0\",\"params\":{\"text\":\"\\u4f60\"},"
         "\"method\":\"thing.service.Hello\"}");
    send(topic, own_length, "rrpc/request/7",
         "{\"id\":\"4\",\"version\":\"1.0\",\"params\":{},\"method\":\"thing.service.Hello\"}");
    send(topic, own_length, "thing/model/down_raw", "raw");
    send(topic, own_length, "thing/service/property/set", "{\"id\":\"5\",\"params\":1}");
}
