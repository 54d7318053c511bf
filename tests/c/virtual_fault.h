/* The fault plan: which calls of the port fail. */
#ifndef VIRTUAL_FAULT_H
#define VIRTUAL_FAULT_H

#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_MALLOC,
    FAULT_TCP_ESTABLISH,
    FAULT_TCP_READ_ERROR,
    FAULT_TCP_READ_CLOSED,
    /* Half of what is there, rounded down; reads that find nothing are not counted. */
    FAULT_TCP_READ_SHORT,
    FAULT_TCP_WRITE_ERROR,
    /* Half of what is given, rounded down. */
    FAULT_TCP_WRITE_SHORT,
    FAULT_TCP_WRITE_TIMEOUT,
    FAULT_UDP_CREATE,
    FAULT_UDP_JOIN,
    FAULT_UDP_RECEIVE,
    FAULT_UDP_INTERRUPTED,
    FAULT_UDP_SEND,
    FAULT_KV_GET,
    FAULT_KV_SET,
    FAULT_MUTEX_CREATE,
    /* Every fault sets the clock 10 minutes back, for good. */
    FAULT_CLOCK_BACK,
    /* The first reading after the clock has gone through 2^32; see clock_wrap_in. */
    FAULT_CLOCK_WRAP,
    FAULT_KINDS
};

/* Calls `first` (from 1) to `first + count - 1` of `kind` fail, counted from now. */
void fault_arm(enum fault_kind kind, uint32_t first, uint32_t count);

/* No call fails any more. */
void fault_disarm(void);

/* For the port: counts a call, and says whether it is to fail. */
int fault_strikes(enum fault_kind kind);

/* Faults since fault_arm. */
uint32_t fault_hits(void);

const char *fault_name(enum fault_kind kind);

#endif
