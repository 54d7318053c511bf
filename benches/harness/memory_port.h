/*
 * A port without a network: a heap that counts, a clock that moves only while the library waits,
 * and a connection to a broker in memory. What it costs is part of what is measured. For one
 * thread.
 */
#ifndef MEMORY_PORT_H
#define MEMORY_PORT_H

#include <stddef.h>
#include <stdint.h>

/** The heap as the library uses it; bytes as asked for. */
typedef struct {
    long bytes, blocks, peak_bytes, allocations;
} heap_t;
extern heap_t heap;
/** Mutexes that exist; they are the port's, and not in `heap`. */
extern long mutexes;

/** Lets `ms` pass. */
void clock_advance(uint32_t ms);

/** Sends a PUBLISH of QoS 0 or 1 to the device, with `length` bytes of payload. */
void broker_send(const char *topic, const void *payload, size_t length, int qos);

/** Hears every PUBLISH of the device; its lengths are bytes. NULL for nobody. */
extern void (*broker_hears)(const char *topic, size_t topic_length, const char *payload,
                            size_t payload_length);

#endif
