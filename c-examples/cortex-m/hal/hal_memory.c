#include "hal_memory.h"

#include "wrappers.h"

#include <stdlib.h>

/* In front of each block; as long as the alignment of malloc. */
typedef union {
    uint32_t size;
    uint64_t aligned;
} header_t;

static uint32_t held, peak;

void *HAL_Malloc(uint32_t size)
{
    header_t *block =
        size <= UINT32_MAX - sizeof(header_t) ? malloc(sizeof(header_t) + size) : NULL;

    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    held += size;
    if (held > peak) {
        peak = held;
    }
    return block + 1;
}

void HAL_Free(void *ptr)
{
    header_t *block = (header_t *)ptr - 1;

    if (ptr != NULL) {
        held -= block->size;
        free(block);
    }
}

uint32_t hal_memory_held(void)
{
    return held;
}

uint32_t hal_memory_peak(void)
{
    return peak;
}
