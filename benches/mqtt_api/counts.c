/*
 * What calls cost, with a broker in memory. Prints "name value unit" for the heap; instructions are
 * callgrind's, see instructions.h.
 */
#include <stdio.h>
#include <string.h>

#include "../harness/figure.h"
#include "../harness/instructions.h"
#include "../harness/memory_port.h"
#include "client.h"
#include "infra_compat.h"

#define TOPIC "/a1Xz9QbTe4R/bench_device/user/update"
#define TOPIC_ROOM 64
/* Fits the messages that libraries let wait for the broker. */
#define BATCH 5
#define YIELD_MS 10
#define IDLE_MS 200

static unsigned subscriptions;
static const char *filter_end, *topic_end;

static void publish_one(void)
{
    client_publish(TOPIC, 0);
}

static void publish_batch(void)
{
    unsigned i;
    for (i = 0; i < BATCH; i++) {
        client_publish(TOPIC, 1);
    }
}

static void await_acknowledgements(void)
{
    client_yield_until(&acknowledged, acknowledged + BATCH, YIELD_MS);
}

/* To the subscriptions in turn, from all over the list. */
static void send_batch(int qos)
{
    static const unsigned char payload[PAYLOAD_LENGTH] = {'p'};
    static unsigned next;
    char topic[TOPIC_ROOM];
    unsigned i;

    for (i = 0; i < BATCH; i++) {
        next += 7919;
        snprintf(topic, sizeof(topic), TOPIC "/%u%s", next % subscriptions, topic_end);
        broker_send(topic, payload, sizeof(payload), qos);
    }
}

static void send_batch_qos0(void)
{
    send_batch(0);
}

static void send_batch_qos1(void)
{
    send_batch(1);
}

static void await_messages(void)
{
    client_yield_until(&received, received + BATCH, YIELD_MS);
}

static void yield_idle(void)
{
    client_yield(IDLE_MS);
}

static void measure_calls(const char *variant)
{
    static const measurement_t CALLS[] = {
        {"publish_qos0", 1, NULL, publish_one, NULL},
        {"publish_qos1", BATCH, NULL, publish_batch, await_acknowledgements},
        {"puback", BATCH, publish_batch, await_acknowledgements, NULL},
        {"message_qos0", BATCH, send_batch_qos0, await_messages, NULL},
        {"message_qos1", BATCH, send_batch_qos1, await_messages, NULL},
        {"yield_idle", 1, NULL, yield_idle, NULL},
    };
    size_t i;

    for (i = 0; i < sizeof(CALLS) / sizeof(CALLS[0]); i++) {
        measure(&CALLS[i], variant);
    }
}

/* With `filter_` and `topic_` behind the number of each subscription. */
static void connect_client(const char *filter_, const char *topic_)
{
    client_connect("broker", 1883);
    subscriptions = 0;
    filter_end = filter_;
    topic_end = topic_;
}

static void subscribe_up_to(unsigned count)
{
    char filter[TOPIC_ROOM];

    for (; subscriptions < count; subscriptions++) {
        snprintf(filter, sizeof(filter), TOPIC "/%u%s", subscriptions, filter_end);
        client_subscribe(filter);
    }
}

/* What grows once in the life of a connection has grown, and what a message took is given back. */
static void settle(void)
{
    publish_batch();
    await_acknowledgements();
    yield_idle();
}

static void measure_subscriptions(const char *kind, const char *filter_, const char *topic_)
{
    static const measurement_t MESSAGE = {"message_qos0", BATCH, send_batch_qos0, await_messages,
                                          NULL};
    static const unsigned STEPS[] = {10, 100, 1000};
    char variant[64], figure[64];
    size_t i;

    connect_client(filter_, topic_);
    settle();
    for (i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++) {
        unsigned more = STEPS[i] - subscriptions;
        long before = heap.bytes;
        subscribe_up_to(STEPS[i]);
        yield_idle();
        snprintf(figure, sizeof(figure), "heap_per_subscription%s_%u", kind, STEPS[i]);
        print_figure(figure, (double)(heap.bytes - before) / more, "bytes");
        snprintf(variant, sizeof(variant), "%s_subscriptions_%u", kind, STEPS[i]);
        measure(&MESSAGE, variant);
    }
    client_disconnect();
}

static void print_allocations(const char *name, unsigned repetitions, long before)
{
    char figure[64];

    snprintf(figure, sizeof(figure), "allocations_per_%s", name);
    print_figure(figure, (double)(heap.allocations - before) / repetitions, "blocks");
}

static void measure_allocations(void)
{
    long before = heap.allocations;
    unsigned i;

    for (i = 0; i < ROUNDS; i++) {
        publish_one();
    }
    print_allocations("publish_qos0", ROUNDS, before);

    before = heap.allocations;
    for (i = 0; i < ROUNDS; i++) {
        send_batch_qos0();
        await_messages();
    }
    print_allocations("message_qos0", ROUNDS * BATCH, before);

    before = heap.allocations;
    for (i = 0; i < ROUNDS; i++) {
        yield_idle();
    }
    print_allocations("yield_idle", ROUNDS, before);
}

static void measure_heap(void)
{
    long before;

    connect_client("", "");
    print_figure("heap_connect_peak", (double)heap.peak_bytes, "bytes");
    yield_idle();
    print_figure("heap_per_connection", (double)heap.bytes, "bytes");
    print_figure("heap_blocks_per_connection", (double)heap.blocks, "blocks");
    print_figure("mutexes_per_connection", (double)mutexes, "mutexes");

    settle();
    print_figure("heap_per_connection_used", (double)heap.bytes, "bytes");
    before = heap.bytes;
    publish_batch();
    print_figure("heap_per_publish_qos1_waiting", (double)(heap.bytes - before) / BATCH, "bytes");
    await_acknowledgements();

    subscribe_up_to(1);
    measure_allocations();
    client_disconnect();
    print_figure("heap_left", (double)heap.bytes, "bytes");
}

int main(void)
{
    IOT_SetLogLevel(IOT_LOG_NONE);
    measure_heap();

    connect_client("", "");
    subscribe_up_to(1);
    measure_calls("");
    IOT_SetLogLevel(IOT_LOG_DEBUG);
    measure_calls("_debug");
    IOT_SetLogLevel(IOT_LOG_NONE);
    client_disconnect();

    measure_subscriptions("", "", "");
    measure_subscriptions("_wildcard", "/+", "/x");
    return 0;
}
