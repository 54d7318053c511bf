/* Callbacks that call every function of the library, and in the end close it.
 * Arguments: log level, product key, device name, device secret, product secret, host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "infra_compat.h"
#include "robust_api_calls.h"
#include "robust_check.h"
#include "robust_identity.h"
#include "wrappers.h"

#define LIVES 3
#define LONGEST_LIFE_MS 10000

static iotx_linkkit_dev_meta_info_t meta_info;
static char host[64];
static int lives;
static int is_open;
static int depth;

static int seen_monitor, seen_mqtt_connected, seen_initialized, seen_connected, seen_bind_notify,
    seen_reset;

static void register_all(void);

/* What a callback may do while the device is open, itself included. */
static void call_everything(void)
{
    if (depth > 2) {
        return;
    }
    depth++;
    call_settings((unsigned)depth, host);
    CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &meta_info), -1);
    CHECK_EQUAL(IOT_Linkkit_Connect(0), -1);
    CHECK_EQUAL(IOT_Linkkit_Close(1), -1);
    CHECK_EQUAL(awss_report_cloud(), 0);
    call_model();
    if (awss_check_reset() == 0) {
        CHECK_EQUAL(awss_stop_report_reset(), 0);
    }
    register_all();
    IOT_Linkkit_Yield(20);
    depth--;
}

static void open_and_connect(void)
{
    CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &meta_info), 0);
    is_open = 1;
    CHECK_EQUAL(IOT_Linkkit_Connect(0), 0);
}

static void close_from_callback(void)
{
    CHECK_EQUAL(IOT_Linkkit_Close(0), 0);
    CHECK_EQUAL(IOT_Linkkit_Close(0), -1);
    is_open = 0;
    lives++;
    IOT_Linkkit_Yield(20);
    if (lives < LIVES) {
        open_and_connect();
    }
}

static void on_monitored(int event)
{
    (void)event;
    seen_monitor++;
    call_everything();
}

static int on_mqtt_connected(void)
{
    seen_mqtt_connected++;
    call_everything();
    return 0;
}

static int on_initialized(const int devid)
{
    CHECK_EQUAL(devid, 0);
    seen_initialized++;
    call_everything();
    return 0;
}

static int on_connected(void)
{
    seen_connected++;
    call_everything();
    return 0;
}

/* Binding first, then an unbind, whose confirmation ends this life of the device. */
static int on_status(int status)
{
    call_everything();
    if (status == IOTX_AWSS_BIND_NOTIFY && is_open) {
        if (seen_bind_notify == lives) {
            seen_bind_notify++;
            CHECK_EQUAL(awss_report_reset(), 0);
        }
    } else if (status == IOTX_RESET && is_open) {
        seen_reset++;
        close_from_callback();
    }
    return 0;
}

static void register_all(void)
{
    IOT_RegisterCallback(ITE_MQTT_CONNECT_SUCC, on_mqtt_connected);
    IOT_RegisterCallback(ITE_INITIALIZE_COMPLETED, on_initialized);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connected);
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_status);
    CHECK_EQUAL(iotx_event_regist_cb(on_monitored), 0);
}

int main(int argc, char **argv)
{
    uint64_t deadline;
    if (argc != 7) {
        return EXIT_FAILURE;
    }
    set_loudest(atoi(argv[1]));
    identity_from_arguments(&meta_info, argv + 2);
    snprintf(host, sizeof host, "%s", argv[6]);
    call_settings(0, host);
    register_all();
    open_and_connect();
    deadline = HAL_UptimeMs() + LIVES * LONGEST_LIFE_MS;
    while (lives < LIVES && HAL_UptimeMs() < deadline) {
        IOT_Linkkit_Yield(100);
    }
    CHECK_EQUAL(lives, LIVES);
    CHECK(seen_monitor >= LIVES);
    CHECK(seen_mqtt_connected >= LIVES);
    CHECK(seen_initialized >= LIVES);
    CHECK(seen_connected >= LIVES);
    CHECK_EQUAL(seen_bind_notify, LIVES);
    CHECK_EQUAL(seen_reset, LIVES);
    CHECK_EQUAL(IOT_Linkkit_Close(0), -1);
    return check_summary();
}
