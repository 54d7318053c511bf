/*
 * What becomes of the heap with many posts, and how many go through a broker in a second:
 *
 *   rates HOST
 *
 * Prints what robust_hal_counts.h says, twice, and "name value unit".
 */
#include <stdlib.h>

#include "../../tests/c/robust_hal_counts.h"
#include "../harness/figure.h"
#include "../harness/rate.h"
#include "dev_model_api.h"
#include "device.h"
#include "infra_compat.h"

#define POSTS 100000
#define SETTLE_MS 1000

static unsigned refused;

/* Again and again while too much waits for the network. */
static void post(void)
{
    while (!device_try_post()) {
        refused++;
    }
}

/* The broker has nobody to hand these to; it takes them as fast as it can. */
static void measure(const char *name)
{
    times_t begun = rate_begin();
    unsigned posts = 0;

    while (!rate_is_over()) {
        post();
        posts++;
    }
    rate_print(name, &begun, posts);
}

int main(int argc, char **argv)
{
    unsigned i;

    if (argc != 2) {
        fail("usage: rates HOST");
    }
    device_connect(argv[1]);
    IOT_Linkkit_Yield(SETTLE_MS);
    post();
    hal_counts_print();
    for (i = 0; i < POSTS; i++) {
        post();
    }
    IOT_Linkkit_Yield(SETTLE_MS);
    hal_counts_print();
    measure("posts");
    IOT_SetLogLevel(IOT_LOG_DEBUG);
    measure("posts_debug");
    IOT_SetLogLevel(IOT_LOG_NONE);
    print_figure("refused", refused, "calls");
    return IOT_Linkkit_Close(0) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
