/**
 * The time since boot, from SysTick.
 */
#ifndef BOARD_CLOCK_H
#define BOARD_CLOCK_H

#include <stdint.h>

/** Starts the millisecond interrupt. */
void clock_start(void);

/** Milliseconds since clock_start. */
uint64_t clock_ms(void);

/** Cycles left of the running millisecond: the only thing here that differs between boots. */
uint32_t clock_cycles(void);

/** Halts the core until the next interrupt, 1 ms at most. */
void clock_wait_for_tick(void);

/** The SysTick exception. */
void clock_tick(void);

#endif /* BOARD_CLOCK_H */
