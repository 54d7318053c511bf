#include "virtual_port.h"

#include "wrappers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void (*virtual_console)(const char *text);

static virtual_heap_t heap;
static virtual_mutexes_t mutexes;
static unsigned complaints;

/* In front of each block; keeps the alignment of malloc. */
typedef union {
    unsigned size;
    double alignment[1];
} header_t;

const virtual_heap_t *virtual_heap(void)
{
    return &heap;
}

const virtual_mutexes_t *virtual_mutexes(void)
{
    return &mutexes;
}

unsigned virtual_complaints(void)
{
    return complaints;
}

void *HAL_Malloc(uint32_t size)
{
    header_t *block = fault_hits(FAULT_MALLOC) ? NULL : malloc(sizeof(header_t) + size);
    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    heap.allocations++;
    heap.blocks++;
    heap.bytes += size;
    if (heap.blocks > heap.peak_blocks) {
        heap.peak_blocks = heap.blocks;
    }
    if (heap.bytes > heap.peak_bytes) {
        heap.peak_bytes = heap.bytes;
    }
    return block + 1;
}

void HAL_Free(void *memory)
{
    header_t *block = memory;
    if (memory != NULL) {
        heap.blocks--;
        heap.bytes -= block[-1].size;
        free(block - 1);
    }
}

void *HAL_MutexCreate(void)
{
    int *mutex = fault_hits(FAULT_MUTEX_CREATE) ? NULL : malloc(sizeof(int));
    if (mutex != NULL) {
        *mutex = 0;
        mutexes.live++;
    }
    return mutex;
}

void HAL_MutexDestroy(void *mutex)
{
    mutexes.misused += *(int *)mutex != 0;
    mutexes.live--;
    free(mutex);
}

void HAL_MutexLock(void *mutex)
{
    mutexes.misused += *(int *)mutex != 0;
    *(int *)mutex = 1;
    mutexes.held++;
}

void HAL_MutexUnlock(void *mutex)
{
    mutexes.misused += *(int *)mutex != 1;
    *(int *)mutex = 0;
    mutexes.held--;
}

int HAL_ThreadCreate(void **handle, void *(*routine)(void *), void *arg,
                     hal_os_thread_param_t *param, int *stack_used)
{
    (void)handle;
    (void)routine;
    (void)arg;
    (void)param;
    (void)stack_used;
    return -1;
}

void HAL_ThreadDelete(void *handle)
{
    (void)handle;
}

/* A line is ESC[…m[lvl] …, where … is at most "1;31" twice. */
static int is_complaint(const char *line)
{
    unsigned at;
    for (at = 0; at < 16 && line[at] != '\0'; at++) {
        if (strncmp(line + at, "[err]", 5) == 0 || strncmp(line + at, "[wrn]", 5) == 0) {
            return 1;
        }
    }
    return 0;
}

void HAL_Printf(const char *format, ...)
{
    char text[64];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    complaints += is_complaint(text);
    if (virtual_console != NULL) {
        va_start(arguments, format);
        virtual_console(strcmp(format, "%s") == 0 ? va_arg(arguments, const char *) : text);
        va_end(arguments);
    }
}

uint32_t HAL_Random(uint32_t region)
{
    /* Marsaglia's xorshift32. */
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return region == 0 ? 0 : state % region;
}
