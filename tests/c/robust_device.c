/* A device under the command of a test, one word per line of standard input:
 *   counts   prints what the library holds of the port, see robust_hal_counts.h
 *   report   calls awss_report_cloud
 *   close    calls IOT_Linkkit_Close while the main thread yields; then it ends
 * Lines that begin with '@' say what it does.
 * Arguments: product key, device name, device secret, product secret, host, log level. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "infra_compat.h"
#include "robust_hal_counts.h"
#include "robust_identity.h"
#include "wrappers.h"

#define YIELD_MS 200

static int is_closing;
static uint64_t longest_yield_ms;

static void say(const char *what, long number)
{
    printf("@%s %ld\n", what, number);
    fflush(stdout);
}

static int on_connected(void)
{
    say("connected", 1);
    return 0;
}

static int on_disconnected(void)
{
    say("disconnected", 1);
    return 0;
}

static int on_awss_status(int status)
{
    say("awss_status", status);
    return 0;
}

static void *obey(void *unused)
{
    char line[64];
    (void)unused;
    while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "close\n") != 0) {
        if (strcmp(line, "counts\n") == 0) {
            hal_counts_print();
        } else if (strcmp(line, "report\n") == 0) {
            say("report", awss_report_cloud());
        }
    }
    uint64_t begin = HAL_UptimeMs();
    __atomic_store_n(&is_closing, 1, __ATOMIC_RELAXED);
    say("close", IOT_Linkkit_Close(0));
    say("close_ms", (long)(HAL_UptimeMs() - begin));
    return NULL;
}

static long microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void connect_device(void)
{
    long begin = microseconds();
    while (IOT_Linkkit_Connect(0) != 0 && !__atomic_load_n(&is_closing, __ATOMIC_RELAXED)) {
        HAL_SleepMs(YIELD_MS);
    }
    say("connect_us", microseconds() - begin);
}

static void serve(void)
{
    while (!__atomic_load_n(&is_closing, __ATOMIC_RELAXED)) {
        uint64_t begin = HAL_UptimeMs();
        IOT_Linkkit_Yield(YIELD_MS);
        uint64_t took = HAL_UptimeMs() - begin;
        longest_yield_ms = took > longest_yield_ms ? took : longest_yield_ms;
    }
}

int main(int argc, char **argv)
{
    iotx_linkkit_dev_meta_info_t meta_info;
    pthread_t commander;
    if (argc != 7) {
        return EXIT_FAILURE;
    }
    identity_from_arguments(&meta_info, argv + 1);
    IOT_SetLogLevel((IOT_LogLevel)atoi(argv[6]));
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connected);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_disconnected);
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_awss_status);
    IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, argv[5]);
    say("open", IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &meta_info));
    if (pthread_create(&commander, NULL, obey, NULL) != 0) {
        return EXIT_FAILURE;
    }
    connect_device();
    serve();
    pthread_join(commander, NULL);
    say("longest_yield_ms", (long)longest_yield_ms);
    hal_counts_print();
    return EXIT_SUCCESS;
}
