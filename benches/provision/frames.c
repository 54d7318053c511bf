/*
 * What a frame costs that the port's monitor hands over, while a phone may send: instructions are
 * callgrind's, see instructions.h, and the port in virtual time has a small share in them. Prints
 * "name value unit" for the heap; with an argument, the rate of frames instead.
 */
#include <stdio.h>
#include <string.h>

#include "../../tests/c/virtual_port.h"
#include "../../tests/c/virtual_radio.h"
#include "../harness/figure.h"
#include "../harness/instructions.h"
#include "../harness/rate.h"
#include "air.h"
#include "infra_compat.h"
#include "wifi_provision_api.h"
#include "wrappers.h"

#define DWELL_MS 250
/* The library's thread sleeps for at most so long, and then does what the frames have led to. */
#define TURN_MS 60
#define BATCH_MAX 50
/* As many as the library remembers. */
#define ACCESS_POINTS 64

static frame_t frame;
static unsigned batch, allocations;

void trace(const char *format, ...)
{
    (void)format;
}

static void *run_start(void *unused)
{
    (void)unused;
    awss_start();
    HAL_ThreadDelete(NULL);
    return NULL;
}

static void hear(void)
{
    awss_recv_80211_frame_cb_t monitor = radio_monitor();

    if (monitor == NULL) {
        fail("the monitor is closed");
    }
    monitor((char *)frame.bytes, (int)frame.length, AWSS_LINK_TYPE_NONE, 0, -60);
}

static void hear_batch(void)
{
    unsigned i;
    for (i = 0; i < batch; i++) {
        hear();
    }
}

static void before_batch(void)
{
    if (batch == 1) {
        virtual_wait(TURN_MS);
    }
    allocations -= virtual_heap()->allocations;
}

static void after_batch(void)
{
    allocations += virtual_heap()->allocations;
}

static void scan(void)
{
    hal_os_thread_param_t parameters;
    void *thread;
    int stack_used;
    unsigned number;

    memset(&parameters, 0, sizeof(parameters));
    if (HAL_ThreadCreate(&thread, run_start, NULL, &parameters, &stack_used) != 0) {
        fail("no thread");
    }
    virtual_wait(DWELL_MS);
    awss_config_press();
    for (number = 0; number < ACCESS_POINTS; number++) {
        air_beacon(&frame, number);
        hear();
        virtual_wait(TURN_MS);
    }
}

/* Frames that lead to something are followed by a turn of the library's thread. */
static void measure_kinds(const air_kind_t *kinds, unsigned in_batch, const char *variant)
{
    measurement_t what = {NULL, in_batch, before_batch, hear_batch, after_batch};
    char name[64];

    batch = in_batch;
    for (; kinds->name != NULL; kinds++) {
        kinds->make(&frame);
        allocations = 0;
        what.name = kinds->name;
        measure(&what, variant);
        snprintf(name, sizeof(name), "allocations_%s%s", kinds->name, variant);
        print_figure(name, allocations, "blocks");
    }
}

static void rate(void)
{
    static frame_t frames[AIR_OTHERS];
    awss_recv_80211_frame_cb_t monitor = radio_monitor();
    times_t begun;
    unsigned i, count = 0;

    for (i = 0; i < AIR_OTHERS; i++) {
        air_others[i].make(&frames[i]);
    }
    begun = rate_begin();
    while (!rate_is_over()) {
        for (i = 0; i < AIR_OTHERS * BATCH_MAX; i++) {
            const frame_t *next = &frames[i % AIR_OTHERS];
            monitor((char *)next->bytes, (int)next->length, AWSS_LINK_TYPE_NONE, 0, -60);
        }
        count += i;
    }
    rate_print("frames", &begun, count);
}

int main(int argc, char **argv)
{
    (void)argv;
    IOT_SetLogLevel(IOT_LOG_NONE);
    scan();
    if (argc > 1) {
        rate();
        return 0;
    }
    measure_kinds(air_others, BATCH_MAX, "");
    measure_kinds(air_of_phones, 1, "");
    /* The channel is held now. */
    measure_kinds(air_others, BATCH_MAX, "_amid_phone");
    return 0;
}
