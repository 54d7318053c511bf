/*
 * How often something can be done in a few seconds.
 */
#ifndef RATE_H
#define RATE_H

typedef struct {
    double wall, cpu;
} times_t;

/** Begins a measurement. */
times_t rate_begin(void);
/** Has the last measurement taken long enough? */
int rate_is_over(void);
/** Prints how many messages there were per second, and the time of the processor that each took. */
void rate_print(const char *name, const times_t *begun, unsigned messages);

#endif
