/* The rules for every call of the library in a scenario. */
#ifndef VIRTUAL_CALLS_H
#define VIRTUAL_CALLS_H

#include <stdint.h>

/** Any call but those that say otherwise: one write that takes its time, ms. */
#define CALL_MAX_MS 5100
/** Longer than every back-off and every try, ms. */
#define PATIENCE_MS 150000
#define YIELD_MS 200

/** What is looked at before a call, and after it. */
typedef struct {
    unsigned complaints;
    uint64_t time;
} call_t;

call_t call_begins(void);
/**
 * A call is over that was `good` when it succeeded; else its result must be documented for
 * failures, and have been explained. Gives `good`.
 */
int call_ended(const call_t *call, int good, int is_documented, uint64_t longest_ms);
/** Yields with `yield` until `done` or until `end`. */
int yield_until_time(void (*yield)(int ms), int (*done)(void), uint64_t end);

#endif
