#include "virtual_clock.h"

#include "virtual_fault.h"
#include "virtual_mutex.h"
#include "wrappers.h"

#define JUMP_BACK_MS (10u * 60 * 1000)
#define WRAP (UINT64_C(1) << 32)

/* Late enough that ten jumps stay behind the start. */
static uint64_t now = UINT64_C(20) * JUMP_BACK_MS;
static uint64_t behind;
static uint64_t ahead;
static int is_narrow;

uint64_t clock_now(void)
{
    return now;
}

void clock_advance(uint32_t ms)
{
    now += ms;
}

void clock_wrap_in(uint32_t ms)
{
    is_narrow = 1;
    behind = 0;
    ahead = WRAP - ms - now;
}

uint64_t HAL_UptimeMs(void)
{
    if (fault_strikes(FAULT_CLOCK_BACK)) {
        behind += JUMP_BACK_MS;
    }
    if (!is_narrow) {
        return now - behind;
    }
    if (now + ahead >= WRAP) {
        fault_strikes(FAULT_CLOCK_WRAP);
    }
    return (now + ahead) % WRAP;
}

void HAL_SleepMs(uint32_t ms)
{
    mutex_must_be_free("HAL_SleepMs with a lock held");
    clock_advance(ms);
}
