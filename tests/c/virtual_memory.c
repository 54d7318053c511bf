#include "virtual_memory.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "virtual_check.h"
#include "virtual_fault.h"
#include "wrappers.h"

#define LIVE UINT32_C(0x11AC0DE5)
#define DEAD UINT32_C(0xDEADB10C)
#define FRESH_BYTE 0xA5
#define STALE_BYTE 0x5A

/* In front of each block, long enough for any alignment; LIVE follows the block. */
struct header {
    uint32_t size;
    uint32_t state;
    uint32_t unused[2];
};

static struct memory_counts counts;

const struct memory_counts *memory_counts(void)
{
    return &counts;
}

void memory_forget_peaks(void)
{
    counts.peak_blocks = counts.blocks;
    counts.peak_bytes = counts.bytes;
}

void *HAL_Malloc(uint32_t size)
{
    const uint32_t guard = LIVE;
    struct header *header;
    uint8_t *block;
    if (fault_strikes(FAULT_MALLOC) || size > UINT32_MAX - sizeof *header - sizeof guard) {
        return NULL;
    }
    header = malloc(sizeof *header + size + sizeof guard);
    if (header == NULL) {
        return NULL;
    }
    block = (uint8_t *)(header + 1);
    header->size = size;
    header->state = LIVE;
    memset(block, FRESH_BYTE, size);
    memcpy(block + size, &guard, sizeof guard);
    counts.allocations++;
    counts.blocks++;
    counts.bytes += size;
    if (counts.blocks > counts.peak_blocks) {
        counts.peak_blocks = counts.blocks;
    }
    if (counts.bytes > counts.peak_bytes) {
        counts.peak_bytes = counts.bytes;
    }
    return block;
}

void HAL_Free(void *block)
{
    struct header *header = block;
    uint32_t guard;
    if (header == NULL) {
        return;
    }
    header--;
    if (header->state != LIVE) {
        violation("HAL_Free of a block that HAL_Malloc did not give, or twice");
        return;
    }
    memcpy(&guard, (uint8_t *)block + header->size, sizeof guard);
    if (guard != LIVE) {
        violation("bytes behind a block overwritten");
    }
    counts.blocks--;
    counts.bytes -= header->size;
    header->state = DEAD;
    memset(block, STALE_BYTE, header->size);
    free(header);
}
