#include "virtual_port.h"

#include "wrappers.h"

#define JUMP_MS 600000u
/* Of FAULT_CLOCK_WRAP. */
#define WRAP_STEP_MS 5u
#define WRAP_MS 0x100000000u

/* Far enough from 0 for a clock to jump back, and beyond what 32 bits hold. */
static uint64_t now = 0x140000000;
/* What the port's clock is behind; below 0 when it wraps. */
static uint64_t behind;
static int wraps;

uint64_t virtual_now(void)
{
    return now;
}

void virtual_advance(uint64_t to)
{
    if (to > now) {
        now = to;
    }
}

uint64_t HAL_UptimeMs(void)
{
    /* Each look takes a little, so that no loop without a wait lasts for ever. */
    static unsigned looks;
    unsigned steps = fault_awaited(FAULT_CLOCK_WRAP);

    if (++looks % 64 == 0) {
        now++;
    }
    if (fault_hits(FAULT_CLOCK_BACK)) {
        behind += JUMP_MS;
    }
    if (fault_hits(FAULT_CLOCK_RESTART)) {
        behind = now;
    }
    if (steps > 0 && !wraps) {
        wraps = 1;
        behind = now - (WRAP_MS - (uint64_t)steps * WRAP_STEP_MS);
    }
    if (steps > 0 && now - behind >= WRAP_MS) {
        /* The call number `first`, as the plan counts. */
        while (!fault_hits(FAULT_CLOCK_WRAP)) {
        }
    }
    return wraps ? (uint32_t)(now - behind) : now - behind;
}

void HAL_SleepMs(uint32_t ms)
{
    rule_lock_is_free("HAL_SleepMs with a mutex locked");
    virtual_wait(ms);
}
