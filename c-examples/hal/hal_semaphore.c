#define _POSIX_C_SOURCE 200809L

#include "dm_wrapper.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

void *HAL_SemaphoreCreate(void)
{
    sem_t *sem = malloc(sizeof(*sem));

    if (sem != NULL && sem_init(sem, 0, 0) != 0) {
        free(sem);
        sem = NULL;
    }
    return sem;
}

void HAL_SemaphoreDestroy(void *sem)
{
    sem_destroy(sem);
    free(sem);
}

void HAL_SemaphorePost(void *sem)
{
    sem_post(sem);
}

int HAL_SemaphoreWait(void *sem, uint32_t timeout_ms)
{
    struct timespec until;
    int status;

    if (timeout_ms == (uint32_t)PLATFORM_WAIT_INFINITE) {
        do {
            status = sem_wait(sem);
        } while (status != 0 && errno == EINTR);
        return status;
    }
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(timeout_ms / 1000);
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec += 1;
        until.tv_nsec -= 1000000000;
    }
    do {
        status = sem_timedwait(sem, &until);
    } while (status != 0 && errno == EINTR);
    return status;
}
