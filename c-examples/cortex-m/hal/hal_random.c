#include "board/clock.h"
#include "wrappers.h"

/*
 * Xorshift that every call stirs with the moment of the call: one moment alone repeats from boot to
 * boot. The library mixes this into the seed of its binding tokens, and what an attacker can know
 * of a boot is most of it, so a product needs a true random number generator in this place.
 */
uint32_t HAL_Random(uint32_t region)
{
    static uint32_t state;

    state ^= (uint32_t)HAL_UptimeMs() << 16 ^ clock_cycles();
    state |= state == 0;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return region > 0 ? state % region : state;
}
