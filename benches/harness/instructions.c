#include "instructions.h"

#include <stdio.h>

#include <valgrind/callgrind.h>

void measure(const measurement_t *what, const char *variant)
{
    char trigger[96];
    unsigned round;

    snprintf(trigger, sizeof(trigger), "%s%s %u", what->name, variant, what->repetitions * ROUNDS);
    /* The first round makes the library's buffers grow. */
    for (round = 0; round <= ROUNDS; round++) {
        if (round == 1) {
            CALLGRIND_ZERO_STATS;
        }
        if (what->before != NULL) {
            what->before();
        }
        CALLGRIND_TOGGLE_COLLECT;
        what->measured();
        CALLGRIND_TOGGLE_COLLECT;
        if (what->after != NULL) {
            what->after();
        }
    }
    CALLGRIND_DUMP_STATS_AT(trigger);
}
