#include "virtual_scenarios.h"

#include "virtual_calls.h"
#include "virtual_model.h"
#include "virtual_mqtt.h"
#include "virtual_port.h"

#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "infra_compat.h"

#include <string.h>

/* After this a phone asks anew: longer than it repeats a message. */
#define ANSWER_MS 10000

/* IOT_Linkkit_Connect: its budget, and one write that takes its time. */
#define CONNECT_MAX_MS 15100
/* IOT_Linkkit_Close: reads that end, and one such write. */
#define CLOSE_MAX_MS 5500

static int is_open, is_connected, is_reset;

static void on_event(int event)
{
    rule_lock_is_free("a callback with a mutex locked");
    is_reset |= event == IOTX_RESET;
}

/* A call that gave `result`: 0 or, `good`, more; else -1. */
static int ended(const call_t *call, int result, int good, uint64_t longest_ms)
{
    return call_ended(call, good, result == -1, longest_ms);
}

static int open_device(void)
{
    static iotx_linkkit_dev_meta_info_t device;
    static char host[] = "cloud.example";
    call_t call = call_begins();
    int result = IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, host);

    if (!ended(&call, result, result == 0, CALL_MAX_MS)) {
        return 0;
    }
    strcpy(device.product_key, "a1GQc8iJOWI");
    strcpy(device.device_name, "gateway_test01");
    strcpy(device.device_secret, "abcdefghijklmnopqrstuvwxyz012345");
    iotx_event_regist_cb(on_event);
    call = call_begins();
    result = IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &device);
    is_open = ended(&call, result, result == 0, CALL_MAX_MS);
    return is_open;
}

static int connect_device(void)
{
    call_t call = call_begins();
    int result = IOT_Linkkit_Connect(0);
    is_connected = ended(&call, result, result == 0, CONNECT_MAX_MS);
    return is_connected;
}

static int start(void)
{
    return open_device() && connect_device();
}

static int ask_for_reset(void)
{
    call_t call = call_begins();
    int result;

    is_reset = 0;
    result = awss_report_reset();
    return ended(&call, result, result == 0, CALL_MAX_MS);
}

static int yield_until(int (*done)(void))
{
    return yield_until_time(IOT_Linkkit_Yield, done, virtual_now() + PATIENCE_MS);
}

static int has_broadcast(void)
{
    return phone_broadcasts() >= 3;
}

static int has_answer(void)
{
    return phone_answer_code() != 0;
}

static int was_reset(void)
{
    return is_reset;
}

/* The phone asks until it is given a token; gives 0 when it never is. */
static int token_for_phone(char token[33])
{
    uint64_t end = virtual_now() + PATIENCE_MS;
    while (virtual_now() < end) {
        phone_asks();
        if (yield_until_time(IOT_Linkkit_Yield, has_answer, virtual_now() + ANSWER_MS) &&
            phone_answer_code() == 200) {
            strcpy(token, phone_answer_token());
            if (!cloud_knows_token(token)) {
                rule_broken("a phone was given a token that the cloud does not know");
            }
            return 1;
        }
        virtual_wait(1000);
    }
    return 0;
}

static int run_connect(void)
{
    return start();
}

static int run_bind(void)
{
    return start() && yield_until(has_broadcast);
}

static int run_query(void)
{
    char first[33], second[33];
    return start() && token_for_phone(first) && token_for_phone(second) &&
           strcmp(first, second) != 0;
}

/* Quality of service 0: a post can be lost with the connection, but not twice. */
static int report(void)
{
    static unsigned char properties[] = "{\"PowerSwitch\":1,\"text\":\"\\u4f60\"}";
    unsigned before = cloud_posts(), tries;

    for (tries = 0; tries < 2 && cloud_posts() == before; tries++) {
        call_t call;
        int result;
        if (!yield_until(cloud_serves)) {
            return 0;
        }
        call = call_begins();
        result = IOT_Linkkit_Report(0, ITM_MSG_POST_PROPERTY, properties, sizeof(properties) - 1);
        if (!ended(&call, result, result > 0, CALL_MAX_MS)) {
            return 0;
        }
    }
    return cloud_posts() == before + 1;
}

static int run_report(void)
{
    return start() && report();
}

static int run_model(void)
{
    return start() && model_run();
}

/* A flag that stays is one that could not be cleared, which has to be explained. */
static int unbind(void)
{
    call_t call;
    int result;

    if (!ask_for_reset()) {
        return 0;
    }
    call = call_begins();
    if (!yield_until(was_reset)) {
        return 0;
    }
    result = -awss_check_reset();
    return ended(&call, result, result == 0, PATIENCE_MS);
}

static int run_unbind(void)
{
    return start() && unbind();
}

static int run_reconnect(void)
{
    char token[33];
    if (!start()) {
        return 0;
    }
    cloud_drop();
    return yield_until(cloud_serves) && token_for_phone(token);
}

static int run_close(void)
{
    return start() && scenario_close();
}

static int run_all(void)
{
    char token[33];
    return run_reconnect() && token_for_phone(token) && report() && model_run() && unbind() &&
           token_for_phone(token) && scenario_close();
}

const scenario_t scenarios[] = {
    {"connect", run_connect},     {"bind", run_bind},   {"query", run_query},
    {"report", run_report},       {"model", run_model}, {"unbind", run_unbind},
    {"reconnect", run_reconnect}, {"close", run_close}, {"mqtt client", mqtt_run},
    {"all of them", run_all},
};
const unsigned scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);

int scenario_recovers(void)
{
    char token[33];
    return mqtt_recovers() && (is_open || open_device()) && (is_connected || connect_device()) &&
           token_for_phone(token);
}

const char *scenario_leftover(void)
{
    if (virtual_heap()->blocks > 0) {
        return "memory";
    }
    if (virtual_mutexes()->held > 0) {
        return "a lock";
    }
    if (virtual_mutexes()->live > 0) {
        return "a mutex";
    }
    if (virtual_tcp_sockets() > 0) {
        return "a connection";
    }
    if (virtual_udp_sockets() > 0) {
        return "a UDP socket";
    }
    return virtual_threads() > 0 ? "a thread" : NULL;
}

int scenario_close(void)
{
    if (is_open) {
        call_t call = call_begins();
        int result = IOT_Linkkit_Close(0);
        is_open = !ended(&call, result, result == 0, CLOSE_MAX_MS);
        is_connected = is_connected && is_open;
        if (!is_open) {
            mqtt_gone();
        }
    }
    return !is_open && mqtt_end() && scenario_leftover() == NULL;
}
