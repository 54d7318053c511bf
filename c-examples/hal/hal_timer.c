/*
 * An expiry runs on a thread of its own and can come late, when its timer is deleted already. So it
 * carries the number of its timer, and looks that up, instead of a pointer.
 */
#define _POSIX_C_SOURCE 200809L

#include "dev_bind_wrapper.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

typedef struct host_timer {
    struct host_timer *next;
    int number;
    timer_t id;
    void (*func)(void *);
    void *user_data;
} host_timer_t;

static host_timer_t *timers;
static int last_number;
static pthread_mutex_t timers_lock = PTHREAD_MUTEX_INITIALIZER;

static void expired(union sigval value)
{
    void (*func)(void *) = NULL;
    void *user_data = NULL;
    const host_timer_t *timer;

    pthread_mutex_lock(&timers_lock);
    for (timer = timers; timer != NULL; timer = timer->next) {
        if (timer->number == value.sival_int) {
            func = timer->func;
            user_data = timer->user_data;
        }
    }
    pthread_mutex_unlock(&timers_lock);
    /* Unlocked: it may start, stop and delete its own timer. */
    if (func != NULL) {
        func(user_data);
    }
}

static void add(host_timer_t *timer)
{
    timer->next = timers;
    timers = timer;
}

static void take_out(const host_timer_t *timer)
{
    host_timer_t **link = &timers;

    while (*link != NULL && *link != timer) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = timer->next;
    }
}

void *HAL_Timer_Create(const char *name, void (*func)(void *), void *user_data)
{
    host_timer_t *timer = func != NULL ? malloc(sizeof(*timer)) : NULL;
    struct sigevent event = {0};
    int status;

    (void)name;
    if (timer == NULL) {
        return NULL;
    }
    timer->func = func;
    timer->user_data = user_data;
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = expired;
    pthread_mutex_lock(&timers_lock);
    timer->number = ++last_number;
    event.sigev_value.sival_int = timer->number;
    status = timer_create(CLOCK_MONOTONIC, &event, &timer->id);
    if (status == 0) {
        add(timer);
    }
    pthread_mutex_unlock(&timers_lock);
    if (status != 0) {
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
    pthread_mutex_lock(&timers_lock);
    take_out(timer);
    pthread_mutex_unlock(&timers_lock);
    status = timer_delete(((host_timer_t *)timer)->id);
    free(timer);
    return status;
}
