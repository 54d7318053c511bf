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

#define SECRETS 8
#define SECRET_MAX 64

static struct {
    size_t length;
    unsigned char bytes[SECRET_MAX];
    char upper[2 * SECRET_MAX + 1], lower[2 * SECRET_MAX + 1];
} secrets[SECRETS];
static unsigned secret_count;

/* In front of each block; keeps the alignment that the library asks for. LIVE follows the block. */
typedef struct header {
    struct header *next, *previous;
    uint32_t size, state;
} header_t;

/* The newest of those that the library holds. */
static header_t *newest;

#define LIVE 0x11ac0de5u
#define DEAD 0xdeadb10cu
/* What a block holds that nobody has written yet, and one that was given back. */
#define FRESH 0xa5
#define STALE 0x5a

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

void virtual_secret(const void *bytes, size_t length)
{
    size_t i;

    if (secret_count == SECRETS || length == 0 || length > SECRET_MAX) {
        rule_broken("a secret more than there is room for");
        return;
    }
    memcpy(secrets[secret_count].bytes, bytes, length);
    secrets[secret_count].length = length;
    for (i = 0; i < length; i++) {
        unsigned byte = secrets[secret_count].bytes[i];
        snprintf(secrets[secret_count].upper + 2 * i, 3, "%02X", byte);
        snprintf(secrets[secret_count].lower + 2 * i, 3, "%02x", byte);
    }
    secret_count++;
}

static int contains(const void *memory, size_t size, const void *part, size_t length)
{
    const char *at = memory;

    for (; size >= length; at++, size--) {
        if (memcmp(at, part, length) == 0) {
            return 1;
        }
    }
    return 0;
}

int virtual_is_held(const void *bytes, size_t length)
{
    const header_t *block;

    for (block = newest; block != NULL; block = block->next) {
        if (contains(block + 1, block->size, bytes, length)) {
            return 1;
        }
    }
    return 0;
}

static void check_wiped(const header_t *block)
{
    unsigned i;

    for (i = 0; i < secret_count; i++) {
        if (contains(block + 1, block->size, secrets[i].bytes, secrets[i].length)) {
            rule_broken("HAL_Free of memory with a secret in it");
        }
    }
}

static void check_printed(const char *text)
{
    size_t length = strlen(text);
    unsigned i;

    for (i = 0; i < secret_count; i++) {
        size_t digits = 2 * secrets[i].length;
        if (contains(text, length, secrets[i].bytes, secrets[i].length) ||
            contains(text, length, secrets[i].upper, digits) ||
            contains(text, length, secrets[i].lower, digits)) {
            rule_broken("HAL_Printf of a secret");
        }
    }
}

void *HAL_Malloc(uint32_t size)
{
    const uint32_t end = LIVE;
    header_t *block =
        fault_hits(FAULT_MALLOC) ? NULL : malloc(sizeof(header_t) + size + sizeof(end));
    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    block->state = LIVE;
    block->previous = NULL;
    block->next = newest;
    if (newest != NULL) {
        newest->previous = block;
    }
    newest = block;
    memset(block + 1, FRESH, size);
    memcpy((char *)(block + 1) + size, &end, sizeof(end));
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
    uint32_t end;

    if (memory == NULL) {
        return;
    }
    block--;
    if (block->state != LIVE) {
        rule_broken("HAL_Free of what HAL_Malloc did not give, or twice");
        return;
    }
    memcpy(&end, (char *)memory + block->size, sizeof(end));
    if (end != LIVE) {
        rule_broken("a write behind the end of a block");
    }
    check_wiped(block);
    if (block->previous != NULL) {
        block->previous->next = block->next;
    } else {
        newest = block->next;
    }
    if (block->next != NULL) {
        block->next->previous = block->previous;
    }
    heap.blocks--;
    heap.bytes -= block->size;
    block->state = DEAD;
    memset(memory, STALE, block->size);
    free(block);
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
    if (*(int *)mutex != 0) {
        rule_broken("HAL_MutexDestroy of a locked mutex");
    }
    mutexes.live--;
    free(mutex);
}

void HAL_MutexLock(void *mutex)
{
    if (*(int *)mutex != 0) {
        rule_broken("HAL_MutexLock twice");
    }
    *(int *)mutex = 1;
    mutexes.held++;
}

void HAL_MutexUnlock(void *mutex)
{
    if (*(int *)mutex != 1) {
        rule_broken("HAL_MutexUnlock of an unlocked mutex");
    }
    *(int *)mutex = 0;
    mutexes.held--;
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
    const char *text = format;
    va_list arguments;

    va_start(arguments, format);
    /* The library knows no other format. */
    if (strcmp(format, "%s") == 0) {
        text = va_arg(arguments, const char *);
    }
    va_end(arguments);
    complaints += is_complaint(text);
    check_printed(text);
    if (virtual_console != NULL) {
        virtual_console(text);
    }
}

uint32_t HAL_Random(uint32_t region)
{
    /* Marsaglia's xorshift32. */
    static uint32_t state = 2463534242u;
    if (fault_hits(FAULT_RANDOM)) {
        return 0;
    }
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    if (region == 0) {
        rule_broken("HAL_Random with bound 0");
        return 0;
    }
    return state % region;
}
