/* Many threads in provisioning at once, beside a session.
 * Arguments: log level, milliseconds, product key, device name, device secret, product secret,
 * host. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "awss_dev_ap.h"
#include "bind_api.h"
#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "infra_compat.h"
#include "robust_check.h"
#include "robust_identity.h"
#include "robust_radio.h"
#include "wifi_provision_api.h"
#include "wrappers.h"

static iotx_linkkit_dev_meta_info_t meta_info;
static char host[64];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int is_over;
static unsigned long starts, events;

static int is_running(void)
{
    int running;

    pthread_mutex_lock(&lock);
    running = !is_over;
    pthread_mutex_unlock(&lock);
    return running;
}

static void count(unsigned long *counter)
{
    pthread_mutex_lock(&lock);
    (*counter)++;
    pthread_mutex_unlock(&lock);
}

/* Applications call everything from here. */
static int on_status(int status)
{
    count(&events);
    if (status == IOTX_AWSS_GOT_IP) {
        CHECK_EQUAL(awss_stop(), 0);
    }
    if (status == IOTX_AWSS_LOCK_CHAN) {
        awss_get_config_press();
    }
    return 0;
}

static void *start(void *unused)
{
    (void)unused;
    while (is_running()) {
        int result = awss_start();
        CHECK(result == 0 || result == -1);
        count(&starts);
        HAL_SleepMs(3);
    }
    return NULL;
}

static void *start_device_ap(void *unused)
{
    (void)unused;
    while (is_running()) {
        int result = awss_dev_ap_start();
        CHECK(result == 0 || result == -1);
        HAL_SleepMs(700);
    }
    return NULL;
}

static void *stop(void *unused)
{
    unsigned round = 0;

    (void)unused;
    while (is_running()) {
        HAL_SleepMs(40 + 97 * (round % 4));
        CHECK_EQUAL(awss_dev_ap_stop(), 0);
        if (round++ % 8 == 0) {
            CHECK_EQUAL(awss_stop(), 0);
        }
    }
    return NULL;
}

static void *press(void *unused)
{
    (void)unused;
    while (is_running()) {
        CHECK_EQUAL(awss_config_press(), 0);
        HAL_SleepMs(30);
        awss_set_config_press(0);
        awss_set_config_press(1);
        HAL_SleepMs(200);
    }
    return NULL;
}

static void *announce(void *unused)
{
    (void)unused;
    while (is_running()) {
        CHECK_EQUAL(awss_success_notify(), 0);
        HAL_SleepMs(60);
        CHECK_EQUAL(awss_suc_notify(), 0);
        awss_dev_bind_notify();
        HAL_SleepMs(20);
        CHECK_EQUAL(awss_suc_notify_stop(), 0);
        CHECK_EQUAL(awss_dev_bind_notify_stop(), 0);
    }
    return NULL;
}

static void *live(void *unused)
{
    static unsigned char token[16] = "0123456789abcde";

    (void)unused;
    while (is_running()) {
        CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &meta_info), 0);
        CHECK_EQUAL(IOT_Bind_SetToken(token), 0);
        IOT_Linkkit_Connect(0);
        IOT_Linkkit_Yield(50);
        CHECK_EQUAL(awss_report_reset(), 0);
        IOT_Linkkit_Yield(50);
        CHECK_EQUAL(IOT_Linkkit_Close(0), 0);
        HAL_SleepMs(5);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static void *(*const routines[])(void *) = {start, start_device_ap, stop,
                                                press, announce,        live};
    pthread_t threads[sizeof(routines) / sizeof(routines[0])];
    unsigned i;
    int joins;

    if (argc != 8) {
        return 2;
    }
    IOT_SetLogLevel((IOT_LogLevel)atoi(argv[1]));
    identity_from_arguments(&meta_info, argv + 3);
    HAL_SetProductKey(meta_info.product_key);
    HAL_SetDeviceName(meta_info.device_name);
    HAL_SetDeviceSecret(meta_info.device_secret);
    /* That of the phone in robust_radio.c. */
    strcpy(meta_info.product_secret, "7jluWm1zql7bt8qK");
    HAL_SetProductSecret(meta_info.product_secret);
    snprintf(host, sizeof(host), "%s", argv[7]);
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, host), 0);
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_status);
    CHECK(radio_starts());
    for (i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
        CHECK_EQUAL(pthread_create(&threads[i], NULL, routines[i], NULL), 0);
    }
    HAL_SleepMs((uint32_t)atoi(argv[2]));
    pthread_mutex_lock(&lock);
    is_over = 1;
    pthread_mutex_unlock(&lock);
    /* Until each thread has seen that it is over, one of them can still be in a call that waits. */
    for (i = 0; i < 20; i++) {
        awss_stop();
        awss_dev_ap_stop();
        HAL_SleepMs(20);
    }
    for (i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
        CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
    }
    awss_stop();
    joins = radio_ends();
    printf("%lu starts, %lu events, %d joins\n", starts, events, joins);
    CHECK(starts > 1);
    CHECK(events > 5);
    CHECK(joins > 0);
    return check_summary();
}
