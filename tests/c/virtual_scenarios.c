#include "virtual_scenarios.h"

#include "virtual_port.h"

#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "infra_compat.h"

#include <string.h>

/* Longer than every back-off and every try. */
#define PATIENCE_MS 300000
#define YIELD_MS 200

static int is_open, is_connected, is_reset;
static unsigned violations;

static void on_event(int event)
{
    rule_lock_is_free("a callback with a mutex locked");
    is_reset |= event == IOTX_RESET;
}

/* A call that gave `result`: `good` when it succeeded, else it must be -1 and have been explained.
 */
static int checked(int result, int good, unsigned complaints_before)
{
    if (!good && (result != -1 || virtual_complaints() == complaints_before)) {
        violations++;
    }
    return good;
}

static int open_device(void)
{
    static iotx_linkkit_dev_meta_info_t device;
    static char host[] = "cloud.example";
    unsigned before = virtual_complaints();
    int result = IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, host);

    if (!checked(result, result == 0, before)) {
        return 0;
    }
    strcpy(device.product_key, "a1GQc8iJOWI");
    strcpy(device.device_name, "gateway_test01");
    strcpy(device.device_secret, "abcdefghijklmnopqrstuvwxyz012345");
    iotx_event_regist_cb(on_event);
    before = virtual_complaints();
    result = IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &device);
    is_open = checked(result, result == 0, before);
    return is_open;
}

static int connect_device(void)
{
    unsigned before = virtual_complaints();
    int result = IOT_Linkkit_Connect(0);
    is_connected = checked(result, result == 0, before);
    return is_connected;
}

static int start(void)
{
    return open_device() && connect_device();
}

/* Yields until `done` or until patience is over. */
static int yield_until(int (*done)(void))
{
    uint64_t end = virtual_now() + PATIENCE_MS;
    while (!done() && virtual_now() < end) {
        uint64_t before = virtual_now();
        IOT_Linkkit_Yield(YIELD_MS);
        if (virtual_now() == before) {
            virtual_wait(YIELD_MS);
        }
    }
    return done();
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
        if (yield_until(has_answer) && phone_answer_code() == 200) {
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

static int run_report(void)
{
    static unsigned char properties[] = "{\"PowerSwitch\":1,\"text\":\"\\u4f60\"}";
    unsigned before = cloud_posts(), complaints;
    int result;

    if (!start()) {
        return 0;
    }
    complaints = virtual_complaints();
    result = IOT_Linkkit_Report(0, ITM_MSG_POST_PROPERTY, properties, sizeof(properties) - 1);
    return checked(result, result > 0, complaints) && cloud_posts() == before + 1;
}

static int run_unbind(void)
{
    unsigned before;
    int result;

    is_reset = 0;
    if (!start()) {
        return 0;
    }
    before = virtual_complaints();
    result = awss_report_reset();
    return checked(result, result == 0, before) && yield_until(was_reset) && !awss_check_reset();
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
    static unsigned char properties[] = "{\"a\":1}";
    char token[33];
    is_reset = 0;
    return run_reconnect() && token_for_phone(token) &&
           IOT_Linkkit_Report(0, ITM_MSG_POST_PROPERTY, properties, sizeof(properties) - 1) > 0 &&
           awss_report_reset() == 0 && yield_until(was_reset) && token_for_phone(token) &&
           scenario_close();
}

const scenario_t scenarios[] = {
    {"connect", run_connect}, {"bind", run_bind},       {"query", run_query},
    {"report", run_report},   {"unbind", run_unbind},   {"reconnect", run_reconnect},
    {"close", run_close},     {"all of them", run_all},
};
const unsigned scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);

unsigned scenario_violations(void)
{
    return violations;
}

int scenario_recovers(void)
{
    char token[33];
    return (is_open || open_device()) && (is_connected || connect_device()) &&
           token_for_phone(token);
}

int scenario_close(void)
{
    if (is_open) {
        unsigned before = virtual_complaints();
        int result = IOT_Linkkit_Close(0);
        is_open = !checked(result, result == 0, before);
        is_connected = 0;
    }
    return !is_open && virtual_heap()->blocks == 0 && virtual_mutexes()->live == 0 &&
           virtual_mutexes()->held == 0 && virtual_sockets() == 0;
}
