#include "board/clock.h"
#include "net/network.h"
#include "wrappers.h"

uint64_t HAL_UptimeMs(void)
{
    return clock_ms();
}

void HAL_SleepMs(uint32_t ms)
{
    uint64_t start = HAL_UptimeMs();

    network_poll();
    while (HAL_UptimeMs() - start < ms) {
        clock_wait_for_tick();
        network_poll();
    }
}
