/* HAL_TCP_*: one connection to a broker with the cloud behind it. */
#include "virtual_port.h"

#include "wrappers.h"

#include <string.h>

#define ROOM 4096
/* How late a reader may hear of what another thread caused, ms. */
#define READ_SLICE_MS 20
#define TOKENS 8
#define TOKEN_DIGITS 32

/* First bytes of packets. */
#define CONNECT 0x10
#define CONNACK 0x20
#define PUBLISH 0x30
#define PUBACK 0x40
#define PUBREC 0x50
#define PUBCOMP 0x70
#define SUBSCRIBE 0x82
#define SUBACK 0x90
#define UNSUBSCRIBE 0xa2
#define UNSUBACK 0xb0
#define PINGREQ 0xc0
#define PINGRESP 0xd0

typedef struct {
    unsigned char bytes[ROOM];
    size_t length;
} queue_t;

/* From the device, and to it. */
static queue_t uplink, downlink;
static unsigned connections, posts;
static int is_lost, matches_reports, matches_resets;
/* Of the connection; the first is 0. */
static uintptr_t handle = (uintptr_t)-1;
static char tokens[TOKENS][TOKEN_DIGITS + 1];
static unsigned reports;

void cloud_drop(void)
{
    is_lost = 1;
}

int cloud_serves(void)
{
    return connections == 1 && !is_lost && matches_reports && matches_resets;
}

int cloud_knows_token(const char *token)
{
    unsigned i;
    for (i = 0; i < TOKENS; i++) {
        if (token[0] != '\0' && strcmp(tokens[i], token) == 0) {
            return 1;
        }
    }
    return 0;
}

unsigned cloud_posts(void)
{
    return posts;
}

/* What finds no room is lost, as with a broker that closes. */
static void push(queue_t *queue, const void *bytes, size_t length)
{
    if (length > ROOM - queue->length) {
        is_lost = 1;
        return;
    }
    memcpy(queue->bytes + queue->length, bytes, length);
    queue->length += length;
}

void cloud_push(const void *bytes, size_t length)
{
    push(&downlink, bytes, length);
}

static void drop_front(queue_t *queue, size_t length)
{
    queue->length -= length;
    memmove(queue->bytes, queue->bytes + length, queue->length);
}

static int ends_with(const unsigned char *text, size_t length, const char *end)
{
    size_t end_length = strlen(end);
    return length >= end_length && memcmp(text + length - end_length, end, end_length) == 0;
}

/* Publishes {"id":"…","code":200,"data":{}} on `topic`_reply, with the id of `request`. */
static void reply(const unsigned char *topic, size_t topic_length, const unsigned char *request,
                  size_t request_length)
{
    static const char head[] = "{\"id\":\"", tail[] = "\",\"code\":200,\"data\":{}}";
    const unsigned char *id = request + strlen(head);
    size_t id_length = 0, name_length = topic_length + strlen("_reply"), length;
    unsigned char header[5];

    while (id_length + strlen(head) < request_length && id[id_length] != '"') {
        id_length++;
    }
    length = 2 + name_length + strlen(head) + id_length + strlen(tail);
    header[0] = PUBLISH;
    header[1] = (unsigned char)(length | 0x80);
    header[2] = (unsigned char)(length >> 7);
    header[3] = 0;
    header[4] = (unsigned char)name_length;
    push(&downlink, header, sizeof(header));
    push(&downlink, topic, topic_length);
    push(&downlink, "_reply", strlen("_reply"));
    push(&downlink, head, strlen(head));
    push(&downlink, id, id_length);
    push(&downlink, tail, strlen(tail));
}

static void confirm(int is_subscribed, const unsigned char *topic, size_t topic_length,
                    const unsigned char *request, size_t request_length)
{
    if (is_subscribed) {
        reply(topic, topic_length, request, request_length);
    } else {
        rule_broken("a report before the subscription to its reply");
    }
}

/* The token stands in front of the last three bytes, "}}. */
static void take_token(const unsigned char *payload, size_t length)
{
    if (length < TOKEN_DIGITS + 3) {
        rule_broken("a token report without a token");
        return;
    }
    memcpy(tokens[reports++ % TOKENS], payload + length - TOKEN_DIGITS - 3, TOKEN_DIGITS);
}

static void take_publish(unsigned char first, const unsigned char *body, size_t length)
{
    size_t topic_length = (size_t)body[0] << 8 | body[1];
    const unsigned char *topic = body + 2, *payload = topic + topic_length;

    if (first & 0x06) {
        unsigned char puback[] = {PUBACK, 2, payload[0], payload[1]};
        push(&downlink, puback, sizeof(puback));
        payload += 2;
    }
    if (ends_with(topic, topic_length, "/enrollee/match")) {
        take_token(payload, (size_t)(body + length - payload));
        confirm(matches_reports, topic, topic_length, payload, (size_t)(body + length - payload));
    } else if (ends_with(topic, topic_length, "/thing/reset")) {
        confirm(matches_resets, topic, topic_length, payload, (size_t)(body + length - payload));
    }
    user_topic_published(topic, topic_length);
    model_published(topic, topic_length);
    posts += ends_with(topic, topic_length, "/property/post");
}

static void take_subscribe(const unsigned char *body, size_t length)
{
    /* One filter: its text stands between packet id and length in front, and QoS behind. */
    unsigned char suback[] = {SUBACK, 3, body[0], body[1], body[length - 1]};
    matches_reports |= ends_with(body, length - 1, "/match_reply");
    matches_resets |= ends_with(body, length - 1, "/reset_reply");
    push(&downlink, suback, sizeof(suback));
    user_topic_requested(body, length, 1);
}

static void take(unsigned char first, const unsigned char *body, size_t length)
{
    static const unsigned char connack[] = {CONNACK, 2, 0, 0}, pingresp[] = {PINGRESP, 0};
    unsigned char unsuback[] = {UNSUBACK, 2, 0, 0};

    switch (first) {
    case CONNECT:
        push(&downlink, connack, sizeof(connack));
        break;
    case SUBSCRIBE:
        take_subscribe(body, length);
        break;
    case UNSUBSCRIBE:
        memcpy(unsuback + 2, body, 2);
        push(&downlink, unsuback, sizeof(unsuback));
        user_topic_requested(body, length, 0);
        break;
    case PUBACK:
    case PUBREC:
    case PUBCOMP:
        user_topic_answered(first, body);
        break;
    case PINGREQ:
        push(&downlink, pingresp, sizeof(pingresp));
        break;
    default:
        if ((first & 0xf0) == PUBLISH) {
            take_publish(first, body, length);
        }
    }
}

static void take_packets(void)
{
    for (;;) {
        size_t remaining = 0, size = 1;
        do {
            if (size >= uplink.length) {
                return;
            }
            remaining |= (size_t)(uplink.bytes[size] & 0x7f) << 7 * (size - 1);
        } while (uplink.bytes[size++] & 0x80);
        if (uplink.length < size + remaining) {
            return;
        }
        take(uplink.bytes[0], uplink.bytes + size, remaining);
        drop_front(&uplink, size + remaining);
    }
}

static void check(uintptr_t fd, const char *what)
{
    rule_lock_is_free(what);
    if (connections == 0 || fd != handle) {
        rule_broken("a TCP connection that is not open");
    }
}

uintptr_t HAL_TCP_Establish(const char *host, uint16_t port)
{
    (void)host;
    (void)port;
    rule_lock_is_free("HAL_TCP_Establish with a mutex locked");
    if (connections != 0) {
        rule_broken("a second TCP connection");
    }
    virtual_wait(20);
    if (fault_hits(FAULT_TCP_ESTABLISH)) {
        return (uintptr_t)-1;
    }
    connections++;
    uplink.length = downlink.length = 0;
    is_lost = matches_reports = matches_resets = 0;
    user_topic_connected();
    return ++handle;
}

int HAL_TCP_Destroy(uintptr_t fd)
{
    check(fd, "HAL_TCP_Destroy with a mutex locked");
    connections--;
    return 0;
}

int32_t HAL_TCP_Read(uintptr_t fd, char *buffer, uint32_t length, uint32_t timeout_ms)
{
    uint32_t got = length;

    check(fd, "HAL_TCP_Read with a mutex locked");
    if (is_lost || fault_hits(FAULT_TCP_READ_CLOSED)) {
        is_lost = 1;
        return -1;
    }
    if (fault_hits(FAULT_TCP_READ_ERROR)) {
        return -2;
    }
    while (length > downlink.length && timeout_ms > 0 && !is_lost) {
        uint32_t slice = timeout_ms < READ_SLICE_MS ? timeout_ms : READ_SLICE_MS;
        virtual_wait(slice);
        timeout_ms -= slice;
        check(fd, "HAL_TCP_Read with a mutex locked");
    }
    if (got > downlink.length) {
        got = (uint32_t)downlink.length;
    }
    if (got > 0 && fault_hits(FAULT_TCP_READ_SHORT)) {
        got = got > 1 ? got / 2 : 0;
        virtual_wait(timeout_ms);
    }
    memcpy(buffer, downlink.bytes, got);
    drop_front(&downlink, got);
    return (int32_t)got;
}

int32_t HAL_TCP_Write(uintptr_t fd, const char *buffer, uint32_t length, uint32_t timeout_ms)
{
    check(fd, "HAL_TCP_Write with a mutex locked");
    if (is_lost || fault_hits(FAULT_TCP_WRITE_ERROR)) {
        return -1;
    }
    if (fault_hits(FAULT_TCP_WRITE_NOTHING)) {
        virtual_wait(timeout_ms);
        return 0;
    }
    if (length > 1 && fault_hits(FAULT_TCP_WRITE_SHORT)) {
        length /= 2;
        virtual_wait(timeout_ms);
    }
    push(&uplink, buffer, length);
    take_packets();
    return (int32_t)length;
}

unsigned virtual_tcp_sockets(void)
{
    return connections;
}
