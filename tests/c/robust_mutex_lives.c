/* Tells checkers of threads what the library orders with atomics (ffi/runtime/lock.rs): all that
 * was done under a mutex before it is given back comes before all that is done under the next one.
 * Link with -Wl,--wrap=HAL_MutexCreate,--wrap=HAL_MutexDestroy. */
#include <pthread.h>

#include "wrappers.h"

static pthread_mutex_t between_lives = PTHREAD_MUTEX_INITIALIZER;

void *__real_HAL_MutexCreate(void);
void *__wrap_HAL_MutexCreate(void)
{
    void *mutex = __real_HAL_MutexCreate();
    pthread_mutex_lock(&between_lives);
    pthread_mutex_unlock(&between_lives);
    HAL_MutexLock(mutex);
    HAL_MutexUnlock(mutex);
    return mutex;
}

void __real_HAL_MutexDestroy(void *mutex);
void __wrap_HAL_MutexDestroy(void *mutex)
{
    HAL_MutexLock(mutex);
    HAL_MutexUnlock(mutex);
    pthread_mutex_lock(&between_lives);
    pthread_mutex_unlock(&between_lives);
    __real_HAL_MutexDestroy(mutex);
}
