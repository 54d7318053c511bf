/*
 * A part of the cloud: whoever subscribes to /user/get and publishes to /user/update is sent one
 * message with QoS 1, and one with QoS 2 that is repeated.
 */
#include "virtual_port.h"

#include <string.h>

#define GET "/user/get"
#define UPDATE "/user/update"
#define AT_LEAST_ONCE 0x32
#define EXACTLY_ONCE 0x34
#define DUP 0x08
#define PUBACK 0x40
#define PUBREC 0x50
#define PUBREL 0x62
#define PUBCOMP 0x70

static int is_subscribed, is_acknowledged, is_complete;
#define NUMBERS 60
/* Packet id and payload of the messages sent last. */
static unsigned char number;
/* Those sent on this connection. */
static unsigned char is_sent[NUMBERS + 1];

void user_topic_connected(void)
{
    is_subscribed = is_acknowledged = is_complete = 0;
    memset(is_sent, 0, sizeof(is_sent));
}

int cloud_user_is_subscribed(void)
{
    return is_subscribed;
}

int cloud_user_is_acknowledged(void)
{
    return is_acknowledged && is_complete;
}

static int is(const unsigned char *text, size_t length, const char *other)
{
    return length == strlen(other) && memcmp(text, other, length) == 0;
}

/* Behind the packet id: length and text of the filter, which is the only one. */
void user_topic_requested(const unsigned char *body, size_t length, int is_subscribe)
{
    size_t filter_length = (size_t)body[2] << 8 | body[3];
    if (4 + filter_length <= length && is(body + 4, filter_length, GET)) {
        is_subscribed = is_subscribe;
    }
}

static void send(unsigned char first)
{
    unsigned char packet[2 + 2 + sizeof(GET) - 1 + 2 + 1];
    packet[0] = first;
    packet[1] = sizeof(packet) - 2;
    packet[2] = 0;
    packet[3] = sizeof(GET) - 1;
    memcpy(packet + 4, GET, sizeof(GET) - 1);
    packet[sizeof(packet) - 3] = 0;
    packet[sizeof(packet) - 2] = packet[sizeof(packet) - 1] = number;
    cloud_push(packet, sizeof(packet));
}

void user_topic_published(const unsigned char *topic, size_t length)
{
    if (!is(topic, length, UPDATE) || !is_subscribed) {
        return;
    }
    is_acknowledged = is_complete = 0;
    number = (unsigned char)(number % NUMBERS + 1);
    is_sent[number] = 1;
    send(AT_LEAST_ONCE);
    send(EXACTLY_ONCE);
    send(EXACTLY_ONCE | DUP);
}

void user_topic_answered(unsigned char first, const unsigned char *body)
{
    unsigned char pubrel[] = {PUBREL, 2, body[0], body[1]};

    if (body[0] != 0 || body[1] > NUMBERS || !is_sent[body[1]]) {
        rule_broken("an acknowledgement of what was not sent");
    } else if (first == PUBREC) {
        cloud_push(pubrel, sizeof(pubrel));
    } else if (body[1] == number) {
        is_acknowledged |= first == PUBACK;
        is_complete |= first == PUBCOMP;
    }
}
