/* Virtual time: it passes while the library waits, and only then. */
#ifndef VIRTUAL_CLOCK_H
#define VIRTUAL_CLOCK_H

#include <stdint.h>

/* True milliseconds, whatever HAL_UptimeMs is made to say. */
uint64_t clock_now(void);

/* For the port: lets time pass. */
void clock_advance(uint32_t ms);

/* From now on HAL_UptimeMs has 32 bits, and wraps when `ms` have passed. */
void clock_wrap_in(uint32_t ms);

#endif
