/* A phone on the local network: CoAP as far as binding needs it. */
#ifndef VIRTUAL_PHONE_H
#define VIRTUAL_PHONE_H

#include <stdint.h>

#include "virtual_cloud.h"

struct phone_seen {
    /* Numbers since the start. */
    uint32_t broadcasts;
    uint32_t answers;
    /* The token of the last broadcast, and of the last answer; "" when that had none. */
    char broadcast_token[TOKEN_LEN + 1];
    char answer_token[TOKEN_LEN + 1];
};

const struct phone_seen *phone_seen(void);

/* Asks the device for its information, confirmably; a request not taken yet is replaced. */
void phone_ask(void);

/* Answers the last broadcast, as a phone that binds does. */
void phone_acknowledge(void);

/* For the socket: the next datagram to the device, 0 when there is none. */
uint32_t phone_send(uint8_t *room, uint32_t room_len);

/* For the socket: a datagram of the device. */
void phone_receive(const uint8_t *bytes, uint32_t len);

#endif
