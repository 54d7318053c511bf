#define _POSIX_C_SOURCE 200809L

#include "dm_wrapper.h"

#include <pthread.h>

int HAL_ThreadCreate(void **thread_handle, void *(*work_routine)(void *), void *arg,
                     hal_os_thread_param_t *hal_os_thread_param, int *stack_used)
{
    pthread_t thread;
    int status;

    if (stack_used != NULL) {
        *stack_used = 0;
    }
    /* The default stack of a host is larger than what firmware asks for. */
    status = pthread_create(&thread, NULL, work_routine, arg);
    if (status != 0) {
        return status;
    }
    if (hal_os_thread_param != NULL && hal_os_thread_param->detach_state != 0) {
        pthread_detach(thread);
    }
    if (thread_handle != NULL) {
        *thread_handle = (void *)thread;
    }
    return 0;
}

void HAL_ThreadDelete(void *thread_handle)
{
    if (thread_handle == NULL) {
        pthread_exit(NULL);
    }
    pthread_cancel((pthread_t)thread_handle);
    pthread_join((pthread_t)thread_handle, NULL);
}
