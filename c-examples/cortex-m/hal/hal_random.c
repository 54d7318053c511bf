#include "board/clock.h"
#include "wrappers.h"

/*
 * Xorshift, seeded with the moment of the first call: enough to spread retries. Tokens for binding
 * come from here too, so a product needs a true random number generator in this place.
 */
uint32_t HAL_Random(uint32_t region)
{
    static uint32_t state;

    if (state == 0) {
        state = ((uint32_t)HAL_UptimeMs() << 16 ^ clock_cycles()) | 1;
    }
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return region > 0 ? state % region : state;
}
