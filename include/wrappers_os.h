/**
 * Memory, time, tasks, identity: what the firmware provides.
 */
#ifndef _WRAPPERS_OS_H_
#define _WRAPPERS_OS_H_

#include <stdarg.h>

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

/** A number below `region`; the library never passes 0, and does not rely on its quality. */
uint32_t HAL_Random(uint32_t region);

/** Seeds `HAL_Random` where that can be seeded. Not used by the library. */
void HAL_Srandom(uint32_t seed);

/** Prints; may block. The library always calls it with the format `"%s"`. */
void HAL_Printf(const char *fmt, ...);

/** `snprintf`, with its result. Not used by the library. */
int HAL_Snprintf(char *str, const int len, const char *fmt, ...);

/** `vsnprintf`, with its result. Not used by the library. */
int HAL_Vsnprintf(char *str, const int len, const char *format, va_list ap);

/**
 * Restarts the device; may return on a host. Used by an archive with the feature `remote-switchap`,
 * and by any without an operating system.
 */
void HAL_Reboot(void);

/** A mutex, need not be recursive; NULL when there is none to give. */
void *HAL_MutexCreate(void);

/** Takes back a mutex that nobody holds. */
void HAL_MutexDestroy(void *mutex);

/** Blocks until the mutex is free. */
void HAL_MutexLock(void *mutex);

/** Frees a mutex that the calling task holds. */
void HAL_MutexUnlock(void *mutex);

/** A counting semaphore at 0; NULL when there is none to give. Not used by the library. */
void *HAL_SemaphoreCreate(void);

/** Takes back a semaphore that nobody waits for. */
void HAL_SemaphoreDestroy(void *sem);

/** Counts one up. */
void HAL_SemaphorePost(void *sem);

/** Counts one down: 0, or -1 when `timeout_ms` is over first; `PLATFORM_WAIT_INFINITE` never is. */
int HAL_SemaphoreWait(void *sem, uint32_t timeout_ms);

/** A one-shot timer that calls `func(user_data)` in a task of its own. Not used by the library. */
void *HAL_Timer_Create(const char *name, void (*func)(void *), void *user_data);

/** Arms, or arms again; 0 ms disarms. 0, or -1. */
int HAL_Timer_Start(void *timer, int ms);

/** Disarms. 0, or -1. */
int HAL_Timer_Stop(void *timer);

/** Takes back a timer. 0, or -1. */
int HAL_Timer_Delete(void *timer);

/**
 * Starts `work_routine(arg)` on a new task. 0, or anything else when there are no tasks: the
 * library then does without. The last two parameters may be NULL.
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

/** Zero-fills the buffer, copies the text and gives its length; 0 when there is none. */
int HAL_GetProductKey(char product_key[IOTX_PRODUCT_KEY_LEN + 1]);
/** See `HAL_GetProductKey`. */
int HAL_GetProductSecret(char product_secret[IOTX_PRODUCT_SECRET_LEN + 1]);
/** See `HAL_GetProductKey`. */
int HAL_GetDeviceName(char device_name[IOTX_DEVICE_NAME_LEN + 1]);
/** See `HAL_GetProductKey`. */
int HAL_GetDeviceSecret(char device_secret[IOTX_DEVICE_SECRET_LEN + 1]);

/** Zero-fills 64 bytes, copies the version and gives its length. Called by `IOT_Linkkit_Connect`.
 */
int HAL_GetFirmwareVersion(char *version);

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_OS_H_ */
