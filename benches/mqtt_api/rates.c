/*
 * How many messages go through a broker in a second:
 *
 *   rates HOST PORT
 *
 * Prints "name value unit".
 */
#include <stdio.h>
#include <stdlib.h>

#include "../harness/rate.h"
#include "client.h"
#include "infra_compat.h"

#define TOPIC "/a1Xz9QbTe4R/bench_device/user/update"
#define ECHO_TOPIC "/a1Xz9QbTe4R/bench_device/user/echo"
#define YIELD_MS 100
/* Messages under way at a time; fits what libraries let wait for the broker. */
#define WINDOW 8

/* The broker has nobody to hand these to; it takes them as fast as it can. */
static void publish_qos0(void)
{
    times_t begun = rate_begin();
    unsigned sent = 0;

    while (!rate_is_over()) {
        client_publish(TOPIC, 0);
        sent++;
    }
    rate_print("publish_qos0", &begun, sent);
}

/* One yield of the shortest time after each. */
static void publish_qos0_yielding(void)
{
    times_t begun = rate_begin();
    unsigned sent = 0;

    while (!rate_is_over()) {
        client_publish(TOPIC, 0);
        client_yield(1);
        sent++;
    }
    rate_print("publish_qos0_yield_1", &begun, sent);
}

static void publish_next(void)
{
    if (!rate_is_over()) {
        client_publish(TOPIC, 1);
    }
}

/* The next message from inside the event of the last one: no yield waits in between. */
static void publish_qos1(void)
{
    times_t begun = rate_begin();
    unsigned first = acknowledged, i;

    after_acknowledged = publish_next;
    for (i = 0; i < WINDOW; i++) {
        client_publish(TOPIC, 1);
    }
    while (!rate_is_over()) {
        client_yield(YIELD_MS);
    }
    after_acknowledged = NULL;
    rate_print("publish_qos1", &begun, acknowledged - first);
    client_yield(YIELD_MS);
}

/* As firmware does it that knows of no event: a batch, then yields of the shortest time. */
static void publish_qos1_batches(void)
{
    times_t begun = rate_begin();
    unsigned first = acknowledged, i;

    while (!rate_is_over()) {
        unsigned until = acknowledged + WINDOW;
        for (i = 0; i < WINDOW; i++) {
            client_publish(TOPIC, 1);
        }
        client_yield_until(&acknowledged, until, 1);
    }
    rate_print("publish_qos1_batches", &begun, acknowledged - first);
}

static void echo_next(void)
{
    if (!rate_is_over()) {
        client_publish(ECHO_TOPIC, 0);
    }
}

/* Through the broker and back. */
static void echo(void)
{
    times_t begun;
    unsigned first = received, i;

    client_subscribe(ECHO_TOPIC);
    begun = rate_begin();
    after_received = echo_next;
    for (i = 0; i < WINDOW; i++) {
        client_publish(ECHO_TOPIC, 0);
    }
    while (!rate_is_over()) {
        client_yield(YIELD_MS);
    }
    after_received = NULL;
    rate_print("echo_qos0", &begun, received - first);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s HOST PORT\n", argv[0]);
        return EXIT_FAILURE;
    }
    IOT_SetLogLevel(IOT_LOG_NONE);
    client_connect(argv[1], (uint16_t)atoi(argv[2]));
    publish_qos0();
    publish_qos0_yielding();
    publish_qos1();
    publish_qos1_batches();
    echo();
    client_disconnect();
    return EXIT_SUCCESS;
}
