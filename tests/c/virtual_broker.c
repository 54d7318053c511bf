#include "virtual_broker.h"

#include <string.h>

#include "virtual_check.h"
#include "virtual_cloud.h"
#include "virtual_tcp.h"

#define PACKET_MAX 1024
/* Two bytes of length are enough for it. */
#define LENGTH_MAX 2
#define FILTERS_MAX 8

enum packet_type {
    CONNECT = 1,
    PUBLISH = 3,
    SUBSCRIBE = 8,
    UNSUBSCRIBE = 10,
    PINGREQ = 12,
    DISCONNECT = 14,
};

/* The packet that is coming in. */
static uint8_t packet[PACKET_MAX];
static uint32_t packet_len;

void broker_begin(void)
{
    packet_len = 0;
    cloud_disconnected();
}

static uint32_t number(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static void connect(const uint8_t *body, uint32_t len)
{
    static const uint8_t accepted[] = {0x20, 2, 0, 0};
    static const uint8_t protocol[] = {0, 4, 'M', 'Q', 'T', 'T', 4};
    if (len < sizeof protocol || memcmp(body, protocol, sizeof protocol) != 0) {
        violation("CONNECT of another protocol");
        return;
    }
    cloud_connected();
    tcp_deliver(accepted, sizeof accepted);
}

static void subscribe(const uint8_t *body, uint32_t len)
{
    uint8_t answer[4 + FILTERS_MAX] = {0x90, 2, body[0], body[1]};
    uint32_t at = 2;
    while (at + 2 <= len && at + 3 + number(body + at) <= len && answer[1] < 2 + FILTERS_MAX) {
        uint32_t filter_len = number(body + at);
        cloud_subscribed(body + at + 2, filter_len);
        at += 3 + filter_len;
        answer[2 + answer[1]] = body[at - 1];
        answer[1]++;
    }
    if (at != len || answer[1] == 2) {
        violation("malformed SUBSCRIBE");
        return;
    }
    tcp_deliver(answer, 2u + answer[1]);
}

static void publish(uint8_t flags, const uint8_t *body, uint32_t len)
{
    uint32_t qos = flags >> 1 & 3;
    uint32_t topic_len = len < 2 ? 0 : number(body);
    uint32_t at = 2 + topic_len + (qos == 0 ? 0 : 2);
    if (topic_len == 0 || at > len || qos > 1) {
        violation("malformed PUBLISH");
        return;
    }
    if (qos == 1) {
        const uint8_t acknowledgement[] = {0x40, 2, body[at - 2], body[at - 1]};
        tcp_deliver(acknowledgement, sizeof acknowledgement);
    }
    cloud_receive(body + 2, topic_len, body + at, len - at);
}

static void handle(uint8_t first, const uint8_t *body, uint32_t len)
{
    static const uint8_t pong[] = {0xD0, 0};
    switch (first >> 4) {
    case CONNECT:
        connect(body, len);
        break;
    case PUBLISH:
        publish(first & 0x0F, body, len);
        break;
    case SUBSCRIBE:
        if (len < 2) {
            violation("malformed SUBSCRIBE");
            break;
        }
        subscribe(body, len);
        break;
    case UNSUBSCRIBE:
        if (len < 2) {
            violation("malformed UNSUBSCRIBE");
            break;
        }
        tcp_deliver((const uint8_t[]){0xB0, 2, body[0], body[1]}, 4);
        break;
    case PINGREQ:
        tcp_deliver(pong, sizeof pong);
        break;
    case DISCONNECT:
        tcp_hang_up();
        break;
    default:
        violation("a packet that a device does not send");
    }
}

/* Length of the fixed header, and of what follows it; 0 while that is not known. */
static uint32_t header_len(uint32_t *rest)
{
    *rest = 0;
    for (uint32_t at = 1; at < packet_len; at++) {
        if (at > LENGTH_MAX) {
            violation("a longer packet than the library is known to send");
            packet_len = 0;
            return 0;
        }
        *rest |= (uint32_t)(packet[at] & 0x7F) << (7 * (at - 1));
        if ((packet[at] & 0x80) == 0) {
            return at + 1;
        }
    }
    return 0;
}

void broker_receive(const uint8_t *bytes, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        uint32_t rest, header;
        if (packet_len == PACKET_MAX) {
            violation("a longer packet than the virtual broker holds");
            return;
        }
        packet[packet_len++] = bytes[i];
        header = header_len(&rest);
        if (header != 0 && packet_len == header + rest) {
            packet_len = 0;
            handle(packet[0], packet + header, rest);
        }
    }
}

void broker_publish(const uint8_t *topic, uint32_t topic_len, const char *suffix,
                    const char *payload)
{
    uint32_t suffix_len = (uint32_t)strlen(suffix);
    uint32_t payload_len = (uint32_t)strlen(payload);
    uint32_t whole_topic = topic_len + suffix_len;
    uint32_t rest = 2 + whole_topic + payload_len;
    /* A length in two bytes also where one would do is what no broker sends, but longer than 127
     * bytes this always is. */
    const uint8_t header[] = {0x30, (uint8_t)(rest & 0x7F) | 0x80, (uint8_t)(rest >> 7),
                              (uint8_t)(whole_topic >> 8), (uint8_t)whole_topic};
    tcp_deliver(header, sizeof header);
    tcp_deliver(topic, topic_len);
    tcp_deliver((const uint8_t *)suffix, suffix_len);
    tcp_deliver((const uint8_t *)payload, payload_len);
}
