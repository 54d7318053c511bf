/**
 * What the library holds of the heap.
 */
#ifndef HAL_MEMORY_H
#define HAL_MEMORY_H

#include <stdint.h>

/** Bytes taken with `HAL_Malloc` and not given back. */
uint32_t hal_memory_held(void);

/** The most that `hal_memory_held` ever was. */
uint32_t hal_memory_peak(void);

#endif /* HAL_MEMORY_H */
