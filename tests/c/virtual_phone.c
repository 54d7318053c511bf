#include "virtual_phone.h"

#include <string.h>

#include "virtual_check.h"
#include "virtual_json.h"

#define DATAGRAM_MAX 160
#define COAP_TOKEN_MAX 8

enum code {
    GET = 0x01,
    POST = 0x02,
    CONTENT = 0x45,
};

static struct phone_seen seen;
static uint8_t outbox[DATAGRAM_MAX];
static uint32_t outbox_len;
static uint16_t message_id = 0x4711;
static uint8_t broadcast_coap_token[COAP_TOKEN_MAX];
static uint8_t broadcast_coap_token_len;

const struct phone_seen *phone_seen(void)
{
    return &seen;
}

static void append(const void *bytes, uint32_t len)
{
    memcpy(outbox + outbox_len, bytes, len);
    outbox_len += len;
}

static void begin(uint8_t first, enum code code)
{
    const uint8_t header[] = {first, (uint8_t)code, (uint8_t)(message_id >> 8),
                              (uint8_t)message_id};
    message_id++;
    outbox_len = 0;
    append(header, sizeof header);
}

void phone_ask(void)
{
    static const char path[] = "\xB3sys\x06"
                               "device\x04info\x03get";
    static const char payload[] =
        "\xFF{\"id\":123,\"version\":\"1.0\",\"params\":{},\"method\":\"core.service.dev\"}";
    begin(0x42, GET);
    /* A CoAP token of two bytes. */
    append(outbox + 2, 2);
    append(path, sizeof path - 1);
    append(payload, sizeof payload - 1);
}

void phone_acknowledge(void)
{
    static const char payload[] = "\xC1\x32\xFF{\"id\":123,\"code\":200,\"data\":{}}";
    begin(0x50 | broadcast_coap_token_len, CONTENT);
    append(broadcast_coap_token, broadcast_coap_token_len);
    append(payload, sizeof payload - 1);
}

uint32_t phone_send(uint8_t *room, uint32_t room_len)
{
    uint32_t len = outbox_len < room_len ? outbox_len : room_len;
    memcpy(room, outbox, len);
    outbox_len = 0;
    return len;
}

static void see_broadcast(const uint8_t *bytes, uint32_t len)
{
    seen.broadcasts++;
    broadcast_coap_token_len = bytes[0] & 0x0F;
    if (broadcast_coap_token_len > COAP_TOKEN_MAX || len < 4u + broadcast_coap_token_len) {
        broadcast_coap_token_len = 0;
        violation("a broadcast that is not CoAP");
        return;
    }
    memcpy(broadcast_coap_token, bytes + 4, broadcast_coap_token_len);
    if (!json_text(bytes, len, "\"token\":\"", seen.broadcast_token, sizeof seen.broadcast_token)) {
        violation("a broadcast without a token");
    }
}

void phone_receive(const uint8_t *bytes, uint32_t len)
{
    if (len < 4) {
        violation("a datagram that is not CoAP");
        return;
    }
    switch (bytes[1]) {
    case POST:
        see_broadcast(bytes, len);
        break;
    case CONTENT:
        seen.answers++;
        /* One that says "not yet" has none. */
        json_text(bytes, len, "\"token\":\"", seen.answer_token, sizeof seen.answer_token);
        break;
    default:
        violation("a datagram that the virtual phone did not ask for");
    }
}
