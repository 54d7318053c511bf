/*
 * There is one thread, so a mutex is never waited for: one that is taken twice would block for ever
 * on a port with threads.
 */
#include "board/semihosting.h"
#include "wrappers.h"

#define MUTEXES_MAX 8

typedef struct {
    int in_use;
    int locked;
} mutex_t;

static mutex_t mutexes[MUTEXES_MAX];

void *HAL_MutexCreate(void)
{
    int i;

    for (i = 0; i < MUTEXES_MAX; i++) {
        if (!mutexes[i].in_use) {
            mutexes[i].in_use = 1;
            return &mutexes[i];
        }
    }
    return NULL;
}

void HAL_MutexDestroy(void *mutex)
{
    mutex_t *destroyed = mutex;

    if (destroyed->locked) {
        semihosting_fail("a locked mutex is destroyed");
    }
    destroyed->in_use = 0;
}

void HAL_MutexLock(void *mutex)
{
    mutex_t *taken = mutex;

    if (taken->locked) {
        semihosting_fail("a mutex is locked twice");
    }
    taken->locked = 1;
}

void HAL_MutexUnlock(void *mutex)
{
    mutex_t *given = mutex;

    if (!given->locked) {
        semihosting_fail("a free mutex is unlocked");
    }
    given->locked = 0;
}
