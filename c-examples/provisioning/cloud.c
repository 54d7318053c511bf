#include "cloud.h"

#include "dm_wrapper.h"

#include <signal.h>

#define YIELD_MS 200
#define RETRY_MIN_MS 2000
#define RETRY_MAX_MS 5000
#define RETRY_STEP_MS 1000
#define STACK_SIZE 8192

static volatile sig_atomic_t is_stopping;
/* Posted by the task at its end; NULL before it was started. */
static void *ended;
static int close_status = -1;

static void live(int devid)
{
    uint32_t retry_ms = RETRY_MIN_MS;
    uint64_t retry_at = 0;

    while (!is_stopping && IOT_Linkkit_Connect(devid) != 0) {
        retry_at = HAL_UptimeMs() + retry_ms;
        HAL_Printf("app: not connected, again in %u ms\r\n", (unsigned)retry_ms);
        retry_ms += retry_ms < RETRY_MAX_MS ? RETRY_STEP_MS : 0;
        while (!is_stopping && HAL_UptimeMs() < retry_at) {
            HAL_SleepMs(YIELD_MS);
        }
    }
    while (!is_stopping) {
        IOT_Linkkit_Yield(YIELD_MS);
    }
}

static void *linkkit_main(void *device)
{
    int devid = IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, device);

    if (devid >= 0) {
        live(devid);
        close_status = IOT_Linkkit_Close(devid);
    }
    HAL_SemaphorePost(ended);
    return NULL;
}

void cloud_start(iotx_linkkit_dev_meta_info_t *device)
{
    hal_os_thread_param_t task = {os_thread_priority_normal, NULL, STACK_SIZE, 1, "linkkit_main"};
    void *thread;

    if (ended != NULL) {
        return;
    }
    ended = HAL_SemaphoreCreate();
    if (ended == NULL || HAL_ThreadCreate(&thread, linkkit_main, device, &task, NULL) != 0) {
        HAL_Printf("%s", "app: no task for the cloud\r\n");
        HAL_SemaphoreDestroy(ended);
        ended = NULL;
    }
}

int cloud_stop(void)
{
    if (ended == NULL) {
        return 0;
    }
    is_stopping = 1;
    HAL_SemaphoreWait(ended, (uint32_t)PLATFORM_WAIT_INFINITE);
    return close_status;
}
