#include <stdint.h>

#include "virtual_check.h"
#include "wrappers.h"

static uint32_t state = UINT32_C(0x2545F491);

/* Xorshift: the same numbers in every run. */
uint32_t HAL_Random(uint32_t region)
{
    if (region == 0) {
        violation("HAL_Random with bound 0");
        return 0;
    }
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % region;
}
