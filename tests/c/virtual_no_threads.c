/* HAL_ThreadCreate of a port without threads. */
#include "virtual_port.h"

#include "wrappers.h"

void virtual_wait(uint32_t ms)
{
    virtual_advance(virtual_now() + ms);
}

unsigned virtual_threads(void)
{
    return 0;
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
    rule_broken("HAL_ThreadDelete without a thread");
}
