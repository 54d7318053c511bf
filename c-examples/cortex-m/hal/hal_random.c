#include "board/clock.h"
#include "wrappers.h"

/*
 * Xorshift, seeded with the moment of the first call. The library mixes it into the seed of its
 * binding tokens, so a product needs a true random number generator in this place.
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
