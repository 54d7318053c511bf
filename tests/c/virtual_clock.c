#include "virtual_port.h"

#include "wrappers.h"

#define JUMP_MS 600000u

/* Far enough from 0 for a clock to jump back, and beyond what 32 bits hold. */
static uint64_t now = 0x140000000;
static uint64_t jumped;
static int wraps;

uint64_t virtual_now(void)
{
    return now;
}

void virtual_wait(uint32_t ms)
{
    now += ms;
}

uint64_t HAL_UptimeMs(void)
{
    /* Each look takes a little, so that no loop without a wait lasts for ever. */
    static unsigned looks;
    if (++looks % 64 == 0) {
        now++;
    }
    if (fault_hits(FAULT_CLOCK_BACK)) {
        jumped += JUMP_MS;
    }
    if (fault_hits(FAULT_CLOCK_WRAP)) {
        wraps = 1;
    }
    return wraps ? (uint32_t)(now - jumped) : now - jumped;
}

void HAL_SleepMs(uint32_t ms)
{
    rule_lock_is_free("HAL_SleepMs with a mutex locked");
    virtual_wait(ms);
}
