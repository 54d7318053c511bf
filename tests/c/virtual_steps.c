#include "virtual_steps.h"

#include <string.h>

#include "dev_model_api.h"
#include "infra_compat.h"
#include "virtual_check.h"
#include "virtual_clock.h"
#include "virtual_log.h"
#include "wrappers.h"

#define TRY_AGAIN_MS 1000
#define YIELD_MS 50

struct scenario_report scenario_report;

/* Yields where the device is connected, sleeps where not. */
static void pass_time(uint32_t ms)
{
    uint64_t end = clock_now() + ms;
    while (clock_now() < end) {
        uint64_t before = clock_now();
        IOT_Linkkit_Yield(YIELD_MS);
        if (clock_now() == before) {
            HAL_SleepMs(YIELD_MS);
        }
    }
}

int give_up(const char *step)
{
    scenario_report.missed = step;
    return 0;
}

int insist(const char *step, int (*call)(void))
{
    uint64_t end = clock_now() + PATIENCE_MS;
    while (clock_now() < end) {
        uint32_t complaints = log_complaints();
        int result = call();
        if (result == 0) {
            return 1;
        }
        if (result != -1) {
            violation("a result that is not documented");
        }
        scenario_report.failed_calls++;
        scenario_report.silent_calls += log_complaints() == complaints;
        pass_time(TRY_AGAIN_MS);
    }
    return give_up(step);
}

int comes_true(int (*is_so)(void), uint32_t patience_ms)
{
    uint64_t end = clock_now() + patience_ms;
    while (!is_so()) {
        if (clock_now() >= end) {
            return 0;
        }
        pass_time(YIELD_MS);
    }
    return 1;
}

int wait_until(const char *step, int (*is_so)(void))
{
    return comes_true(is_so, PATIENCE_MS) || give_up(step);
}

int call_ioctl(void)
{
    char domain[] = "cloud.invalid";
    return IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, domain);
}

int call_open(void)
{
    iotx_linkkit_dev_meta_info_t meta_info;
    memset(&meta_info, 0, sizeof meta_info);
    strcpy(meta_info.product_key, "a1GQc8iJOWI");
    strcpy(meta_info.device_name, "gateway_test01");
    strcpy(meta_info.device_secret, "abcdefghijklmnopqrstuvwxyz012345");
    strcpy(meta_info.product_secret, "L68wCVXYUaNg1Ey9");
    return IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &meta_info);
}

int call_connect(void)
{
    return IOT_Linkkit_Connect(0);
}

int call_report(void)
{
    unsigned char properties[] = "{\"PowerSwitch\":1}";
    int id = IOT_Linkkit_Report(0, ITM_MSG_POST_PROPERTY, properties, sizeof properties - 1);
    return id > 0 ? 0 : id == 0 ? -2 : id;
}

int call_close(void)
{
    return IOT_Linkkit_Close(0);
}
