#define _DEFAULT_SOURCE

#include "dm_wrapper.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

uint32_t HAL_Random(uint32_t region)
{
    uint32_t number = 0;

    if (region == 0) {
        return 0;
    }
    while (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number)) {
        if (errno != EINTR) {
            /* A source that fails must not pass for a random number. */
            abort();
        }
    }
    return number % region;
}

/* getrandom() has no seed. */
void HAL_Srandom(uint32_t seed)
{
    (void)seed;
}
