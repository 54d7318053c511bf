#include "memory_port.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "wrappers.h"

heap_t heap;
long mutexes;

/* In front of each block; as long as the largest alignment. */
typedef struct {
    uint32_t size;
    uint32_t unused[3];
} header_t;

static uint64_t now;

void *HAL_Malloc(uint32_t size)
{
    header_t *block = malloc(sizeof(header_t) + size);

    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    heap.allocations++;
    heap.blocks++;
    heap.bytes += size;
    if (heap.bytes > heap.peak_bytes) {
        heap.peak_bytes = heap.bytes;
    }
    return block + 1;
}

void HAL_Free(void *memory)
{
    header_t *block = memory;

    if (block == NULL) {
        return;
    }
    block--;
    heap.blocks--;
    heap.bytes -= block->size;
    free(block);
}

void *__real_HAL_MutexCreate(void);
void *__wrap_HAL_MutexCreate(void)
{
    void *mutex = __real_HAL_MutexCreate();
    mutexes += mutex != NULL;
    return mutex;
}

void __real_HAL_MutexDestroy(void *mutex);
void __wrap_HAL_MutexDestroy(void *mutex)
{
    mutexes -= mutex != NULL;
    __real_HAL_MutexDestroy(mutex);
}

void clock_advance(uint32_t ms)
{
    now += ms;
}

uint64_t HAL_UptimeMs(void)
{
    return now;
}

void HAL_SleepMs(uint32_t ms)
{
    clock_advance(ms);
}

/* Lines are formatted, and go nowhere. */
void HAL_Printf(const char *format, ...)
{
    static char line[2048];
    va_list arguments;

    va_start(arguments, format);
    HAL_Vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
}

int HAL_Vsnprintf(char *text, const int length, const char *format, va_list arguments)
{
    return vsnprintf(text, (size_t)length, format, arguments);
}

int HAL_Snprintf(char *text, const int length, const char *format, ...)
{
    va_list arguments;
    int written;

    va_start(arguments, format);
    written = HAL_Vsnprintf(text, length, format, arguments);
    va_end(arguments);
    return written;
}
