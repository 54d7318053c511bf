/* MQTT 3.1.1 as far as the library speaks it: packets in, acknowledgements out. */
#ifndef VIRTUAL_BROKER_H
#define VIRTUAL_BROKER_H

#include <stdint.h>

/* A connection begins. */
void broker_begin(void);

/* Bytes that the library has written. */
void broker_receive(const uint8_t *bytes, uint32_t len);

/* Publishes to the library, QoS 0, on `topic` with `suffix` behind it. */
void broker_publish(const uint8_t *topic, uint32_t topic_len, const char *suffix,
                    const char *payload);

#endif
