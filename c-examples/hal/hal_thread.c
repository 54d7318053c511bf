#define _POSIX_C_SOURCE 200809L

#include "wrappers.h"

#include <pthread.h>

/* Threads are detached: whoever starts one waits for it by other means, or not at all. */
int HAL_ThreadCreate(void **thread_handle, void *(*work_routine)(void *), void *arg,
                     hal_os_thread_param_t *hal_os_thread_param, int *stack_used)
{
    pthread_t thread;
    int status;

    /* The host's default stack is larger than what firmware asks for. */
    (void)hal_os_thread_param;
    if (stack_used != NULL) {
        *stack_used = 0;
    }
    status = pthread_create(&thread, NULL, work_routine, arg);
    if (status != 0) {
        return status;
    }
    pthread_detach(thread);
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
}
