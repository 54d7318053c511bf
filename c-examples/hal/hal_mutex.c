#define _POSIX_C_SOURCE 200809L

#include "dm_wrapper.h"

#include <pthread.h>
#include <stdlib.h>

void *HAL_MutexCreate(void)
{
    pthread_mutex_t *mutex = malloc(sizeof(*mutex));

    if (mutex != NULL && pthread_mutex_init(mutex, NULL) != 0) {
        free(mutex);
        mutex = NULL;
    }
    return mutex;
}

void HAL_MutexDestroy(void *mutex)
{
    if (mutex == NULL) {
        return;
    }
    pthread_mutex_destroy(mutex);
    free(mutex);
}

void HAL_MutexLock(void *mutex)
{
    pthread_mutex_lock(mutex);
}

void HAL_MutexUnlock(void *mutex)
{
    pthread_mutex_unlock(mutex);
}
