/*
 * What calls of a device that is bound cost, with a broker in memory. Prints "name value unit" for
 * the heap; instructions are callgrind's, see instructions.h. The thread that serves phones does
 * not run: what it does is not part of any call.
 */
#include <stdio.h>
#include <string.h>

#include "../harness/figure.h"
#include "../harness/instructions.h"
#include "../harness/memory_port.h"
#include "dev_model_api.h"
#include "device.h"
#include "infra_compat.h"
#include "wrappers.h"

#define TOPICS "/sys/" PRODUCT_KEY "/" DEVICE_NAME "/thing/"
#define BATCH 50
#define YIELD_MS 10
#define IDLE_MS 200
/* Yields; the broadcasts of the bind are over then. */
#define IDLE_MINUTE 300

static unsigned sets;

int HAL_ThreadCreate(void **handle, void *(*routine)(void *), void *argument,
                     hal_os_thread_param_t *parameters, int *stack_used)
{
    static char thread;

    (void)routine;
    (void)argument;
    (void)parameters;
    (void)stack_used;
    *handle = &thread;
    return 0;
}

void HAL_ThreadDelete(void *handle)
{
    (void)handle;
}

static int on_property_set(int devid, const char *properties, int length)
{
    (void)devid;
    (void)properties;
    (void)length;
    sets++;
    return 0;
}

/* Accepts the token. */
static void confirm(const char *topic, size_t topic_length, const char *payload,
                    size_t payload_length)
{
    static const char reports[] = TOPICS "awss/enrollee/match";
    char reply[64];
    int length, id;

    if (topic_length != strlen(reports) || memcmp(topic, reports, topic_length) != 0) {
        return;
    }
    snprintf(reply, sizeof(reply), "%.*s", (int)payload_length, payload);
    if (sscanf(reply, "{\"id\":\"%d\"", &id) != 1) {
        fail("a token report without an id");
    }
    length = snprintf(reply, sizeof(reply), "{\"id\":\"%d\",\"code\":200,\"data\":{}}", id);
    broker_send(TOPICS "awss/enrollee/match_reply", reply, (size_t)length, 0);
}

static void post_small(void)
{
    unsigned i;
    for (i = 0; i < BATCH; i++) {
        device_post_small();
    }
}

static void post_200(void)
{
    unsigned i;
    for (i = 0; i < BATCH; i++) {
        device_post_200();
    }
}

static void send_sets(void)
{
    static const char set[] = "{\"method\":\"thing.service.property.set\",\"id\":\"1234567890\","
                              "\"params\":{\"LightSwitch\":1},\"version\":\"1.0.0\"}";
    unsigned i;

    for (i = 0; i < BATCH; i++) {
        broker_send(TOPICS "service/property/set", set, sizeof(set) - 1, 0);
    }
}

static void await_sets(void)
{
    unsigned until = sets + BATCH;

    IOT_Linkkit_Yield(YIELD_MS);
    if (sets != until) {
        fail("a property set is not delivered");
    }
}

static void yield_idle(void)
{
    IOT_Linkkit_Yield(IDLE_MS);
}

static void measure_calls(const char *variant)
{
    static const measurement_t CALLS[] = {
        {"post_small", BATCH, NULL, post_small, NULL},
        {"post_200", BATCH, NULL, post_200, NULL},
        {"property_set", BATCH, send_sets, await_sets, NULL},
        {"yield_idle", 1, NULL, yield_idle, NULL},
    };
    size_t i;

    for (i = 0; i < sizeof(CALLS) / sizeof(CALLS[0]); i++) {
        measure(&CALLS[i], variant);
    }
}

static void print_allocations(const char *name, unsigned repetitions, void (*before)(void),
                              void (*measured)(void))
{
    char figure[64];
    heap_t begun = heap;
    unsigned round;

    /* The first round makes the library's buffers grow. */
    for (round = 0; round <= ROUNDS; round++) {
        if (round == 1) {
            begun = heap;
        }
        if (before != NULL) {
            before();
        }
        measured();
    }
    snprintf(figure, sizeof(figure), "allocations_per_%s", name);
    print_figure(figure, (double)(heap.allocations - begun.allocations) / (repetitions * ROUNDS),
                 "blocks");
    if (heap.bytes != begun.bytes || heap.blocks != begun.blocks) {
        fail("the heap grows");
    }
}

int main(void)
{
    unsigned i;

    broker_hears = confirm;
    IOT_RegisterCallback(ITE_PROPERTY_SET, on_property_set);
    device_connect("broker");
    for (i = 0; i < IDLE_MINUTE; i++) {
        yield_idle();
    }
    print_allocations("post_small", BATCH, NULL, post_small);
    print_allocations("post_200", BATCH, NULL, post_200);
    print_allocations("property_set", BATCH, send_sets, await_sets);
    print_allocations("yield_idle", 1, NULL, yield_idle);
    measure_calls("");
    IOT_SetLogLevel(IOT_LOG_DEBUG);
    measure_calls("_debug");
    return 0;
}
