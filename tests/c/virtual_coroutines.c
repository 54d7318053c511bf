/*
 * Threads in virtual time, for hosts: the others run while one waits, and time passes when all do.
 * So every run is the same, and a lock that is held across a wait is found.
 */
#define _XOPEN_SOURCE 700

#include "virtual_port.h"

#include "wrappers.h"

#include <stddef.h>
#include <ucontext.h>

/* The first is the program's own. */
#define THREADS 6
#define STACK_SIZE 0x20000

static struct {
    ucontext_t context;
    uint64_t wakes_at;
    int is_alive;
    void *(*routine)(void *);
    void *arg;
} threads[THREADS] = {{.is_alive = 1}};
static char stacks[THREADS][STACK_SIZE];
static unsigned running;

unsigned virtual_threads(void)
{
    unsigned i, alive = 0;
    for (i = 1; i < THREADS; i++) {
        alive += threads[i].is_alive != 0;
    }
    return alive;
}

/* Goes on with the thread that wakes first, of several with the next one. */
static void go_on(void)
{
    unsigned i, from = running, next = THREADS;

    for (i = 1; i <= THREADS; i++) {
        unsigned thread = (from + i) % THREADS;
        if (threads[thread].is_alive &&
            (next == THREADS || threads[thread].wakes_at < threads[next].wakes_at)) {
            next = thread;
        }
    }
    virtual_advance(threads[next].wakes_at);
    if (next != from) {
        running = next;
        swapcontext(&threads[from].context, &threads[next].context);
    }
}

void virtual_wait(uint32_t ms)
{
    threads[running].wakes_at = virtual_now() + ms;
    go_on();
}

static void begin(void)
{
    threads[running].routine(threads[running].arg);
    HAL_ThreadDelete(NULL);
}

/* Apart, for getcontext comes back like setjmp. */
static int prepare(unsigned thread)
{
    if (getcontext(&threads[thread].context) != 0) {
        return 0;
    }
    threads[thread].context.uc_stack.ss_sp = stacks[thread];
    threads[thread].context.uc_stack.ss_size = STACK_SIZE;
    makecontext(&threads[thread].context, begin, 0);
    return 1;
}

int HAL_ThreadCreate(void **handle, void *(*routine)(void *), void *arg,
                     hal_os_thread_param_t *param, int *stack_used)
{
    unsigned thread = 1;

    (void)param;
    (void)stack_used;
    while (thread < THREADS && threads[thread].is_alive) {
        thread++;
    }
    if (fault_hits(FAULT_THREAD_CREATE) || thread == THREADS || !prepare(thread)) {
        return -1;
    }
    threads[thread].wakes_at = virtual_now();
    threads[thread].is_alive = 1;
    threads[thread].routine = routine;
    threads[thread].arg = arg;
    *handle = &threads[thread];
    return 0;
}

void HAL_ThreadDelete(void *handle)
{
    if (handle != NULL) {
        rule_broken("HAL_ThreadDelete of another thread");
        return;
    }
    rule_lock_is_free("HAL_ThreadDelete with a mutex locked");
    threads[running].is_alive = 0;
    go_on();
}
