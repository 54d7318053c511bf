/**
 * Memory, time, tasks, identity: what the firmware provides.
 */
#ifndef _WRAPPERS_OS_H_
#define _WRAPPERS_OS_H_

#include "wrappers_defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/** `size` bytes aligned for any type, not cleared; NULL when there are none. */
void *HAL_Malloc(uint32_t size);

/** Takes back what `HAL_Malloc` gave; NULL is allowed. */
void HAL_Free(void *ptr);

/** Milliseconds since boot. May wrap at 2^32 and may jump back. */
uint64_t HAL_UptimeMs(void);

/** Blocks the calling task for `ms` milliseconds. */
void HAL_SleepMs(uint32_t ms);

/** A number below `region`, which is never 0 here. Its quality is not relied on. */
uint32_t HAL_Random(uint32_t region);

/** Prints; may block. Always called with the format `"%s"`. */
void HAL_Printf(const char *fmt, ...);

/** A mutex, need not be recursive; NULL when there is none to give. */
void *HAL_MutexCreate(void);

/** Takes back a mutex that nobody holds. */
void HAL_MutexDestroy(void *mutex);

/** Blocks until the mutex is free. */
void HAL_MutexLock(void *mutex);

/** Frees a mutex that the calling task holds. */
void HAL_MutexUnlock(void *mutex);

/**
 * Starts `work_routine(arg)` on a new task. 0, or anything else when there are no tasks: the library
 * then does without. The last two parameters may be NULL.
 */
int HAL_ThreadCreate(void **thread_handle, void *(*work_routine)(void *), void *arg,
                     hal_os_thread_param_t *hal_os_thread_param, int *stack_used);

/** Ends a task; NULL is the calling one, and does not return then. */
void HAL_ThreadDelete(void *thread_handle);

/** The library hands the triple given to `IOT_Linkkit_Open` over. Length, or -1 when too long. */
int HAL_SetProductKey(char *product_key);
/** See `HAL_SetProductKey`. */
int HAL_SetProductSecret(char *product_secret);
/** See `HAL_SetProductKey`. */
int HAL_SetDeviceName(char *device_name);
/** See `HAL_SetProductKey`. */
int HAL_SetDeviceSecret(char *device_secret);

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_OS_H_ */
