/* What a firmware does with the library, on the virtual port. Every step is tried again until it
 * succeeds or can be given up, so that a fault costs time and nothing else. */
#ifndef VIRTUAL_SCENARIOS_H
#define VIRTUAL_SCENARIOS_H

#include <stdint.h>

struct scenario {
    const char *name;
    void (*run)(void);
};

#define SCENARIOS 8
extern const struct scenario virtual_scenarios[SCENARIOS];

struct scenario_report {
    /* The step that never succeeded, NULL when all did. */
    const char *missed;
    /* Calls of the library that gave their documented error. */
    uint32_t failed_calls;
    /* Those of them without a line in the log that says so. */
    uint32_t silent_calls;
    /* How often binding had ended and the firmware started it again. */
    uint32_t restarts;
};

/* Runs from open to close. The faults that are armed stay armed throughout. */
void scenario_run(const struct scenario *scenario, struct scenario_report *report);

/* Violations, one by one, for whatever a closed library still holds of the port. */
void scenario_check_nothing_held(void);

#endif
