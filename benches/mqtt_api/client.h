/*
 * The one MQTT client of a benchmark, through mqtt_api.h only. A call that fails ends the program.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdint.h>

#include "mqtt_api.h"

/** Bytes of payload of every message, sent and received. */
#define PAYLOAD_LENGTH 200

/** Messages that came, and QoS 1 messages that the broker has acknowledged. */
extern unsigned received, acknowledged;
/** Called after each of these has been counted; NULL for nothing. */
extern void (*after_received)(void);
extern void (*after_acknowledged)(void);

/** Connects; blocks until the broker has accepted. */
void client_connect(const char *host, uint16_t port);
void client_disconnect(void);
/** Blocks until the broker has agreed. */
void client_subscribe(const char *filter);
/** Publishes `PAYLOAD_LENGTH` bytes. */
void client_publish(const char *topic, int qos);
void client_yield(int ms);
/** Yields for `ms` each time until `*count` is at least `until`. */
void client_yield_until(const unsigned *count, unsigned until, int ms);

#endif
