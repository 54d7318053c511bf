#define _POSIX_C_SOURCE 200809L

#include "wrappers.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
    timer_t id;
    void (*func)(void *);
    void *user_data;
} host_timer_t;

static void expired(union sigval value)
{
    host_timer_t *timer = value.sival_ptr;

    timer->func(timer->user_data);
}

void *HAL_Timer_Create(const char *name, void (*func)(void *), void *user_data)
{
    host_timer_t *timer;
    struct sigevent event = {0};

    (void)name;
    if (func == NULL) {
        return NULL;
    }
    timer = malloc(sizeof(*timer));
    if (timer == NULL) {
        return NULL;
    }
    timer->func = func;
    timer->user_data = user_data;
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = expired;
    event.sigev_value.sival_ptr = timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer->id) != 0) {
        free(timer);
        return NULL;
    }
    return timer;
}

int HAL_Timer_Start(void *timer, int ms)
{
    struct itimerspec once = {{0, 0}, {0, 0}};

    if (timer == NULL || ms < 0) {
        return -1;
    }
    once.it_value.tv_sec = ms / 1000;
    once.it_value.tv_nsec = (long)(ms % 1000) * 1000000;
    return timer_settime(((host_timer_t *)timer)->id, 0, &once, NULL);
}

int HAL_Timer_Stop(void *timer)
{
    return HAL_Timer_Start(timer, 0);
}

int HAL_Timer_Delete(void *timer)
{
    int status;

    if (timer == NULL) {
        return -1;
    }
    status = timer_delete(((host_timer_t *)timer)->id);
    free(timer);
    return status;
}
