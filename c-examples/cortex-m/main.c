/*
 * A firmware that connects to the cloud, can be bound by phones and posts a property. It ends by
 * itself after it has lived through the loss of its broker; a product's loop has no end.
 */
#include "board/semihosting.h"
#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "device_config.h"
#include "hal/hal_memory.h"
#include "infra_compat.h"
#include "net/network.h"
#include "wrappers.h"

#include <stdio.h>

#define YIELD_MS 200
#define RETRY_MS 2000
#define POST_EVERY_MS 2000
#define POSTS_WANTED 3
#define LIMIT_MS 120000

static struct {
    int connected;
    int bindable;
    int disconnected;
    int posts_since_reconnect;
} seen;

static int on_connected(void)
{
    HAL_Printf("%s", "app: connected to the cloud\r\n");
    seen.connected = 1;
    return 0;
}

static int on_disconnected(void)
{
    HAL_Printf("%s", "app: disconnected from the cloud\r\n");
    seen.connected = 0;
    seen.disconnected = 1;
    seen.posts_since_reconnect = 0;
    return 0;
}

static void on_event(int event)
{
    if (event == IOTX_AWSS_BIND_NOTIFY) {
        HAL_Printf("%s", "app: phones can bind this device now\r\n");
        seen.bindable = 1;
    } else if (event == IOTX_RESET) {
        HAL_Printf("%s", "app: this device is unbound\r\n");
    }
}

static int is_done(void)
{
    return seen.bindable && seen.disconnected && seen.posts_since_reconnect >= POSTS_WANTED;
}

static void post(int devid)
{
    char payload[32];
    int length = snprintf(payload, sizeof(payload), "{\"Uptime\":%lu}",
                          (unsigned long)(HAL_UptimeMs() / 1000));
    int id = IOT_Linkkit_Report(devid, ITM_MSG_POST_PROPERTY, (unsigned char *)payload, length);

    if (id < 0) {
        HAL_Printf("%s", "app: property not posted\r\n");
        return;
    }
    HAL_Printf("app: posted %s as %d\r\n", payload, id);
    if (seen.disconnected && seen.connected) {
        seen.posts_since_reconnect++;
    }
}

/* 0, or the exit status. */
static int serve(int devid)
{
    uint64_t posted = 0;

    while (IOT_Linkkit_Connect(devid) != 0) {
        HAL_Printf("%s", "app: cannot connect\r\n");
        if (HAL_UptimeMs() >= LIMIT_MS) {
            return EXIT_OUT_OF_TIME;
        }
        HAL_SleepMs(RETRY_MS);
    }
    while (!is_done()) {
        if (HAL_UptimeMs() >= LIMIT_MS) {
            return EXIT_OUT_OF_TIME;
        }
        IOT_Linkkit_Yield(YIELD_MS);
        if (seen.connected && HAL_UptimeMs() - posted >= POST_EVERY_MS) {
            posted = HAL_UptimeMs();
            post(devid);
        }
    }
    return EXIT_DONE;
}

int main(void)
{
    iotx_linkkit_dev_meta_info_t device = {
        .product_key = DEVICE_PRODUCT_KEY,
        .device_name = DEVICE_NAME,
        .device_secret = DEVICE_SECRET,
    };
    int devid, status;

    if (network_start() != 0) {
        semihosting_fail("no Ethernet");
    }
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connected);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_disconnected);
    iotx_event_regist_cb(on_event);
    devid = IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &device);
    if (devid < 0) {
        semihosting_fail("the device cannot be opened");
    }
    status = serve(devid);
    if (IOT_Linkkit_Close(devid) != 0) {
        semihosting_fail("the device cannot be closed");
    }
    if (status == EXIT_OUT_OF_TIME) {
        HAL_Printf("%s", "firmware: out of time\r\n");
        return status;
    }
    HAL_Printf("firmware: heap peak %lu bytes\r\n", (unsigned long)hal_memory_peak());
    HAL_Printf("firmware: done, heap held %lu bytes\r\n", (unsigned long)hal_memory_held());
    return hal_memory_held() == 0 ? EXIT_DONE : EXIT_LEAK;
}
