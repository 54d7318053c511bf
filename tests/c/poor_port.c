/* A port that lacks what the environment variable PORT_LACKS names. Linked with --wrap. */
#include <stdlib.h>
#include <string.h>

#include "wrappers_defs.h"

int __real_HAL_ThreadCreate(void **handle, void *(*routine)(void *), void *arg,
                            hal_os_thread_param_t *param, int *stack_used);
int __wrap_HAL_ThreadCreate(void **handle, void *(*routine)(void *), void *arg,
                            hal_os_thread_param_t *param, int *stack_used);
int __real_HAL_Kv_Get(const char *key, void *value, int *length);
int __wrap_HAL_Kv_Get(const char *key, void *value, int *length);
int __real_HAL_Kv_Set(const char *key, const void *value, int length, int sync);
int __wrap_HAL_Kv_Set(const char *key, const void *value, int length, int sync);

static int lacks(const char *what)
{
    const char *lacking = getenv("PORT_LACKS");
    return lacking != NULL && strcmp(lacking, what) == 0;
}

int __wrap_HAL_ThreadCreate(void **handle, void *(*routine)(void *), void *arg,
                            hal_os_thread_param_t *param, int *stack_used)
{
    int is_of_library = strcmp(param->name, "CoAPServer_yield") == 0;

    if (lacks("threads") || (is_of_library && lacks("threads of the library"))) {
        return -1;
    }
    return __real_HAL_ThreadCreate(handle, routine, arg, param, stack_used);
}

int __wrap_HAL_Kv_Get(const char *key, void *value, int *length)
{
    return lacks("storage") ? -1 : __real_HAL_Kv_Get(key, value, length);
}

int __wrap_HAL_Kv_Set(const char *key, const void *value, int length, int sync)
{
    return lacks("storage") ? -1 : __real_HAL_Kv_Set(key, value, length, sync);
}
