/*
 * No threads: the library then does everything in IOT_Linkkit_Yield.
 */
#include "board/semihosting.h"
#include "wrappers.h"

int HAL_ThreadCreate(void **thread_handle, void *(*work_routine)(void *), void *arg,
                     hal_os_thread_param_t *hal_os_thread_param, int *stack_used)
{
    (void)thread_handle;
    (void)work_routine;
    (void)arg;
    (void)hal_os_thread_param;
    (void)stack_used;
    return -1;
}

void HAL_ThreadDelete(void *thread_handle)
{
    (void)thread_handle;
    semihosting_fail("a thread is ended that was never made");
}
