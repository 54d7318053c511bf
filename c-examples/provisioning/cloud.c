#include "cloud.h"

#include "dm_wrapper.h"

#define YIELD_MS 200
#define RETRY_MIN_MS 2000
#define RETRY_MAX_MS 5000
#define RETRY_STEP_MS 1000
#define STACK_SIZE 8192

static int is_started;
static void *stop_wanted;
static void *ended;
static int close_status = -1;

static void live(int devid)
{
    uint32_t retry_ms = RETRY_MIN_MS;
    int is_over = 0;

    while (!is_over && IOT_Linkkit_Connect(devid) != 0) {
        HAL_Printf("app: not connected, again in %u ms\r\n", (unsigned)retry_ms);
        is_over = HAL_SemaphoreWait(stop_wanted, retry_ms) == 0;
        retry_ms += retry_ms < RETRY_MAX_MS ? RETRY_STEP_MS : 0;
    }
    while (!is_over) {
        IOT_Linkkit_Yield(YIELD_MS);
        is_over = HAL_SemaphoreWait(stop_wanted, 0) == 0;
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

    if (is_started) {
        return;
    }
    stop_wanted = stop_wanted != NULL ? stop_wanted : HAL_SemaphoreCreate();
    ended = ended != NULL ? ended : HAL_SemaphoreCreate();
    is_started = stop_wanted != NULL && ended != NULL &&
                 HAL_ThreadCreate(&thread, linkkit_main, device, &task, NULL) == 0;
    if (!is_started) {
        HAL_Printf("%s", "app: no task for the cloud\r\n");
    }
}

int cloud_stop(void)
{
    if (!is_started) {
        return 0;
    }
    HAL_SemaphorePost(stop_wanted);
    HAL_SemaphoreWait(ended, (uint32_t)PLATFORM_WAIT_INFINITE);
    return close_status;
}
