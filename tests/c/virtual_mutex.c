#include "virtual_mutex.h"

#include <stddef.h>

#include "virtual_check.h"
#include "virtual_fault.h"
#include "wrappers.h"

#define MUTEXES 4

struct mutex {
    uint8_t is_live;
    uint8_t is_held;
};

static struct mutex mutexes[MUTEXES];

uint32_t mutex_live(void)
{
    uint32_t live = 0;
    for (int i = 0; i < MUTEXES; i++) {
        live += mutexes[i].is_live;
    }
    return live;
}

uint32_t mutex_held(void)
{
    uint32_t held = 0;
    for (int i = 0; i < MUTEXES; i++) {
        held += mutexes[i].is_held;
    }
    return held;
}

void mutex_must_be_free(const char *what)
{
    if (mutex_held() != 0) {
        violation(what);
    }
}

static struct mutex *living(void *handle)
{
    for (int i = 0; i < MUTEXES; i++) {
        if (&mutexes[i] == handle && mutexes[i].is_live) {
            return &mutexes[i];
        }
    }
    violation("a mutex that does not exist");
    return NULL;
}

void *HAL_MutexCreate(void)
{
    if (fault_strikes(FAULT_MUTEX_CREATE)) {
        return NULL;
    }
    for (int i = 0; i < MUTEXES; i++) {
        if (!mutexes[i].is_live) {
            mutexes[i].is_live = 1;
            return &mutexes[i];
        }
    }
    violation("more mutexes than the library is known to need");
    return NULL;
}

void HAL_MutexDestroy(void *handle)
{
    struct mutex *mutex = living(handle);
    if (mutex == NULL) {
        return;
    }
    if (mutex->is_held) {
        violation("HAL_MutexDestroy of a locked mutex");
    }
    mutex->is_live = 0;
    mutex->is_held = 0;
}

void HAL_MutexLock(void *handle)
{
    struct mutex *mutex = living(handle);
    if (mutex == NULL) {
        return;
    }
    if (mutex->is_held) {
        violation("HAL_MutexLock twice: a deadlock");
    }
    mutex->is_held = 1;
}

void HAL_MutexUnlock(void *handle)
{
    struct mutex *mutex = living(handle);
    if (mutex == NULL) {
        return;
    }
    if (!mutex->is_held) {
        violation("HAL_MutexUnlock without a lock");
    }
    mutex->is_held = 0;
}
