/* HAL_Malloc over malloc, counted and guarded. */
#ifndef VIRTUAL_MEMORY_H
#define VIRTUAL_MEMORY_H

#include <stdint.h>

/* Sizes are those asked for, without what malloc and the guards add. */
struct memory_counts {
    uint32_t blocks;
    uint32_t bytes;
    uint32_t peak_blocks;
    uint32_t peak_bytes;
    /* Successful ones since the start. */
    uint32_t allocations;
};

const struct memory_counts *memory_counts(void);

/* The peaks are what is held now. */
void memory_forget_peaks(void);

#endif
