#include "virtual_calls.h"

#include "virtual_port.h"
#include "virtual_scenarios.h"

static int refused;
static const char *violation;

call_t call_begins(void)
{
    call_t call;
    call.complaints = virtual_complaints();
    call.time = virtual_now();
    return call;
}

static void violates(const char *what)
{
    if (violation == NULL) {
        violation = what;
    }
}

int call_ended(const call_t *call, int good, int is_documented, uint64_t longest_ms)
{
    if (!good && !is_documented) {
        violates("undocumented result");
    }
    if (!good && virtual_complaints() == call->complaints) {
        violates("a failure without a line in the log");
    }
    refused |= !good;
    if (virtual_now() - call->time > longest_ms) {
        violates("a call blocks too long");
    }
    return good;
}

int yield_until_time(void (*yield)(int ms), int (*done)(void), uint64_t end)
{
    while (!done() && virtual_now() < end) {
        uint64_t before = virtual_now();
        yield(YIELD_MS);
        if (virtual_now() == before) {
            virtual_wait(YIELD_MS);
        }
    }
    return done();
}

int scenario_refused(void)
{
    return refused;
}

const char *scenario_violation(void)
{
    return violation;
}
