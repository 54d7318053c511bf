/* HAL_TCP_*: one connection to a broker that accepts and acknowledges everything at once. */
#include "memory_port.h"

#include <string.h>

#include "figure.h"
#include "wrappers.h"

#define ROOM 65536
#define HANDLE 1

/* Types of packets, in the upper half of the first byte. */
#define CONNECT 0x10
#define CONNACK 0x20
#define PUBLISH 0x30
#define PUBACK 0x40
#define SUBSCRIBE 0x80
#define SUBACK 0x90
#define UNSUBSCRIBE 0xa0
#define UNSUBACK 0xb0
#define PINGREQ 0xc0
#define PINGRESP 0xd0

typedef struct {
    unsigned char bytes[ROOM];
    size_t begin, end;
} queue_t;

void (*broker_hears)(const char *topic, size_t topic_length, const char *payload,
                     size_t payload_length);

/* From the device, and to it. */
static queue_t uplink, downlink;

static void push(queue_t *queue, const void *bytes, size_t length)
{
    if (queue->begin == queue->end) {
        queue->begin = queue->end = 0;
    }
    if (length > ROOM - queue->end) {
        fail("the broker in memory is full");
    }
    memcpy(queue->bytes + queue->end, bytes, length);
    queue->end += length;
}

/* First byte and remaining length. */
static void push_header(unsigned first, size_t remaining)
{
    unsigned char header[5];
    size_t size = 0;

    header[size++] = (unsigned char)first;
    do {
        header[size] = (unsigned char)(remaining & 0x7f);
        remaining >>= 7;
        header[size] |= (unsigned char)(remaining > 0 ? 0x80 : 0);
        size++;
    } while (remaining > 0);
    push(&downlink, header, size);
}

void broker_send(const char *topic, const void *payload, size_t length, int qos)
{
    static uint16_t packet_id;
    size_t topic_length = strlen(topic);
    unsigned char number[2];

    push_header(PUBLISH | (unsigned)qos << 1, 2 + topic_length + (qos > 0 ? 2 : 0) + length);
    number[0] = (unsigned char)(topic_length >> 8);
    number[1] = (unsigned char)topic_length;
    push(&downlink, number, sizeof(number));
    push(&downlink, topic, topic_length);
    if (qos > 0) {
        packet_id = packet_id == 0xffff ? 1 : packet_id + 1;
        number[0] = (unsigned char)(packet_id >> 8);
        number[1] = (unsigned char)packet_id;
        push(&downlink, number, sizeof(number));
    }
    push(&downlink, payload, length);
}

/* A packet with nothing but the id at `packet_id`. */
static void acknowledge(unsigned first, const unsigned char *packet_id)
{
    push_header(first, 2);
    push(&downlink, packet_id, 2);
}

static void take_publish(unsigned first, const unsigned char *body, size_t length)
{
    size_t topic_length = (size_t)body[0] << 8 | body[1], head = 2 + topic_length;

    if (first & 0x02) {
        acknowledge(PUBACK, body + head);
        head += 2;
    }
    if (broker_hears != NULL) {
        broker_hears((const char *)body + 2, topic_length, (const char *)body + head,
                     length - head);
    }
}

static void take(unsigned first, const unsigned char *body, size_t length)
{
    static const unsigned char accepted[2] = {0, 0}, granted_qos[1] = {1};

    switch (first & 0xf0) {
    case CONNECT:
        acknowledge(CONNACK, accepted);
        break;
    case PUBLISH:
        take_publish(first, body, length);
        break;
    case SUBSCRIBE:
        push_header(SUBACK, 3);
        push(&downlink, body, 2);
        push(&downlink, granted_qos, 1);
        break;
    case UNSUBSCRIBE:
        acknowledge(UNSUBACK, body);
        break;
    case PINGREQ:
        push_header(PINGRESP, 0);
        break;
    }
}

/* 0 when the front of the queue is not a whole packet, else its bytes; `*header` of them lead. */
static size_t packet_length(const queue_t *queue, size_t *header)
{
    const unsigned char *packet = queue->bytes + queue->begin;
    size_t held = queue->end - queue->begin, remaining = 0, size = 1;

    do {
        if (size >= held) {
            return 0;
        }
        remaining |= (size_t)(packet[size] & 0x7f) << 7 * (size - 1);
    } while (packet[size++] & 0x80);
    *header = size;
    return held < size + remaining ? 0 : size + remaining;
}

uintptr_t HAL_TCP_Establish(const char *host, uint16_t port)
{
    (void)host;
    (void)port;
    uplink.begin = uplink.end = downlink.begin = downlink.end = 0;
    return HANDLE;
}

int HAL_TCP_Destroy(uintptr_t fd)
{
    (void)fd;
    return 0;
}

int32_t HAL_TCP_Read(uintptr_t fd, char *buffer, uint32_t length, uint32_t timeout_ms)
{
    size_t held = downlink.end - downlink.begin;

    (void)fd;
    if (held < length) {
        clock_advance(timeout_ms);
        length = (uint32_t)held;
    }
    memcpy(buffer, downlink.bytes + downlink.begin, length);
    downlink.begin += length;
    return (int32_t)length;
}

int32_t HAL_TCP_Write(uintptr_t fd, const char *buffer, uint32_t length, uint32_t timeout_ms)
{
    size_t packet, header;

    (void)fd;
    (void)timeout_ms;
    push(&uplink, buffer, length);
    while ((packet = packet_length(&uplink, &header)) > 0) {
        const unsigned char *bytes = uplink.bytes + uplink.begin;
        take(bytes[0], bytes + header, packet - header);
        uplink.begin += packet;
    }
    return (int32_t)length;
}
