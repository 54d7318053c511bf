#include "dm_wrapper.h"

#include <stdlib.h>

void *HAL_Malloc(uint32_t size)
{
    return malloc(size);
}

void HAL_Free(void *ptr)
{
    free(ptr);
}
