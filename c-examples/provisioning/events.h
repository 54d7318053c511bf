/**
 * Events of other tasks for the main task, in the order in which they came.
 */
#ifndef PROVISIONING_EVENTS_H
#define PROVISIONING_EVENTS_H

#include <stdint.h>

/** Longest command line, with its NUL. */
#define EVENT_TEXT_LEN 128

typedef enum {
    EVENT_NONE,
    EVENT_GOT_IP,
    EVENT_LOST_IP,
    EVENT_CLICK,
    EVENT_LONG_PRESS,
    EVENT_COMMAND,
} event_kind_t;

typedef struct {
    event_kind_t kind;
    /** Of a command. */
    char text[EVENT_TEXT_LEN];
} event_t;

/** 0, or -1 when the port has nothing to give. */
int events_init(void);

/** Does not wait: when too many wait already, it is lost, with a line. `text` may be NULL. */
void events_post(event_kind_t kind, const char *text);

/** The next one; `EVENT_NONE` when none comes within `timeout_ms`. */
event_t events_wait(uint32_t timeout_ms);

#endif /* PROVISIONING_EVENTS_H */
