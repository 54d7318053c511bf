/* Many threads in the library at once.
 * Arguments: log level, scenario, rounds, product key, device name, device secret, product secret,
 * host. */
#include <pthread.h>
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

#define YIELD_MS 20
#define PAUSE_MS 2
#define YIELDERS 2
#define HAMMERS 4

static iotx_linkkit_dev_meta_info_t meta_info;
static char host[64];
static int is_over;

/* Not atomic: the library calls back one thread at a time, each after the other. */
static int callbacks_running;
static unsigned long callbacks_seen;

static int is_running(void)
{
    return !__atomic_load_n(&is_over, __ATOMIC_RELAXED);
}

static void note_callback(void)
{
    callbacks_running++;
    CHECK_EQUAL(callbacks_running, 1);
    callbacks_seen++;
    HAL_SleepMs(PAUSE_MS);
    callbacks_running--;
}

static int on_event(void)
{
    note_callback();
    return 0;
}

static int on_status(int status)
{
    (void)status;
    note_callback();
    return 0;
}

static int on_unused(void)
{
    return 0;
}

static void register_callbacks(void)
{
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_event);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_event);
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_status);
    IOT_RegisterCallback(ITE_CONNECT_FAIL, on_unused);
}

static void *yield(void *unused)
{
    (void)unused;
    while (is_running()) {
        IOT_Linkkit_Yield(YIELD_MS);
        HAL_SleepMs(1);
    }
    return NULL;
}

static void *hammer_settings(void *unused)
{
    unsigned round;
    (void)unused;
    for (round = 0; is_running(); round++) {
        call_settings(round, host);
        register_callbacks();
        HAL_SleepMs(PAUSE_MS);
    }
    return NULL;
}

static void *hammer_binding(void *unused)
{
    (void)unused;
    while (is_running()) {
        call_binding();
        HAL_SleepMs(PAUSE_MS);
    }
    return NULL;
}

static void *hammer_unbinding(void *unused)
{
    (void)unused;
    while (is_running()) {
        call_unbinding();
        HAL_SleepMs(PAUSE_MS);
    }
    return NULL;
}

static void *hammer_model(void *unused)
{
    (void)unused;
    while (is_running()) {
        call_model();
        HAL_SleepMs(PAUSE_MS);
    }
    return NULL;
}

static void run_beside_threads(void (*scenario)(int rounds), int rounds)
{
    static void *(*const hammers[HAMMERS])(void *) = {hammer_settings, hammer_binding,
                                                      hammer_unbinding, hammer_model};
    pthread_t threads[YIELDERS + HAMMERS];
    int i;
    for (i = 0; i < YIELDERS + HAMMERS; i++) {
        CHECK_EQUAL(
            pthread_create(&threads[i], NULL, i < YIELDERS ? yield : hammers[i - YIELDERS], NULL),
            0);
    }
    scenario(rounds);
    __atomic_store_n(&is_over, 1, __ATOMIC_RELAXED);
    for (i = 0; i < YIELDERS + HAMMERS; i++) {
        CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
    }
}

/* `rounds` tenths of a second with everything at once. */
static void serve(int rounds)
{
    CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &meta_info), 0);
    CHECK_EQUAL(IOT_Linkkit_Connect(0), 0);
    CHECK_EQUAL(IOT_Linkkit_Connect(0), -1);
    HAL_SleepMs((unsigned)rounds * 100);
    CHECK_EQUAL(IOT_Linkkit_Close(0), 0);
    CHECK_EQUAL(IOT_Linkkit_Close(0), -1);
}

/* Every round a whole life of the device. */
static void reopen(int rounds)
{
    int round;
    for (round = 0; round < rounds; round++) {
        CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &meta_info), 0);
        CHECK_EQUAL(IOT_Linkkit_Connect(0), 0);
        IOT_Linkkit_Yield(1 + round % YIELD_MS);
        CHECK_EQUAL(IOT_Linkkit_Close(0), 0);
    }
}

int main(int argc, char **argv)
{
    if (argc != 9) {
        return EXIT_FAILURE;
    }
    set_loudest(atoi(argv[1]));
    identity_from_arguments(&meta_info, argv + 4);
    snprintf(host, sizeof host, "%s", argv[8]);
    call_settings(0, host);
    register_callbacks();
    if (strcmp(argv[2], "serve") == 0) {
        run_beside_threads(serve, atoi(argv[3]));
    } else if (strcmp(argv[2], "reopen") == 0) {
        run_beside_threads(reopen, atoi(argv[3]));
    } else {
        return EXIT_FAILURE;
    }
    CHECK(callbacks_seen > 0);
    return check_summary();
}
