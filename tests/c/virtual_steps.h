/* The steps that scenarios are made of. */
#ifndef VIRTUAL_STEPS_H
#define VIRTUAL_STEPS_H

#include <stdint.h>

#include "virtual_scenarios.h"

/* Longer than ten reconnects that fail, with the back-off doubling up to a minute. */
#define PATIENCE_MS 400000

/* Of the scenario that runs. */
extern struct scenario_report scenario_report;

/* Notes that `step` never succeeded; 0. */
int give_up(const char *step);

/* Calls until the call gives 0, for PATIENCE_MS at most. */
int insist(const char *step, int (*call)(void));

/* Yields until it is so, for `patience_ms` at most. */
int comes_true(int (*is_so)(void), uint32_t patience_ms);

/* The same for PATIENCE_MS, and gives up then. */
int wait_until(const char *step, int (*is_so)(void));

/* Calls of the library: 0, or its documented error -1. */
int call_ioctl(void);
int call_open(void);
int call_connect(void);
int call_report(void);
int call_close(void);

#endif
