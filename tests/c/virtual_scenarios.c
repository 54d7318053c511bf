#include "virtual_scenarios.h"

#include <stddef.h>
#include <string.h>

#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "infra_compat.h"
#include "virtual_check.h"
#include "virtual_clock.h"
#include "virtual_cloud.h"
#include "virtual_log.h"
#include "virtual_memory.h"
#include "virtual_mutex.h"
#include "virtual_phone.h"
#include "virtual_tcp.h"
#include "virtual_udp.h"
#include "wrappers.h"

/* More than the longest burst of faults. */
#define TRIES 12
#define TRY_AGAIN_MS 1000
#define YIELD_MS 50
/* Longer than two token reports without a reply, or a reconnect with the longest back-off. */
#define PATIENCE_MS 150000
/* A phone's before it asks again. */
#define PHONE_PATIENCE_MS 2000

static struct scenario_report *report;
static int is_open;
/* Since the scenario began. */
static uint32_t bind_notifies, resets;
/* When the step began. */
static uint32_t wanted;
static char first_token[TOKEN_LEN + 1];

static int on_awss_status(int event)
{
    mutex_must_be_free("a callback with a lock held");
    bind_notifies += event == IOTX_AWSS_BIND_NOTIFY;
    resets += event == IOTX_RESET;
    return 0;
}

static int on_connection(void)
{
    mutex_must_be_free("a callback with a lock held");
    return 0;
}

/* Yields where the device is connected, sleeps where not. */
static void pass_time(uint32_t ms)
{
    uint64_t end = clock_now() + ms;
    while (clock_now() < end) {
        uint64_t before = clock_now();
        IOT_Linkkit_Yield(YIELD_MS);
        if (clock_now() == before) {
            HAL_SleepMs(YIELD_MS);
        }
    }
}

static int give_up(const char *step)
{
    report->missed = step;
    return 0;
}

/* Calls until the call gives 0. */
static int insist(const char *step, int (*call)(void))
{
    for (int i = 0; i < TRIES; i++) {
        uint32_t complaints = log_complaints();
        int result = call();
        if (result == 0) {
            return 1;
        }
        if (result != -1) {
            violation("a result that is not documented");
        }
        report->failed_calls++;
        report->silent_calls += log_complaints() == complaints;
        pass_time(TRY_AGAIN_MS);
    }
    return give_up(step);
}

static int wait_until(const char *step, int (*is_so)(void), uint32_t patience_ms)
{
    uint64_t end = clock_now() + patience_ms;
    while (!is_so()) {
        if (clock_now() >= end) {
            return give_up(step);
        }
        pass_time(YIELD_MS);
    }
    return 1;
}

static int call_ioctl(void)
{
    char domain[] = "cloud.invalid";
    return IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, domain);
}

static int call_open(void)
{
    iotx_linkkit_dev_meta_info_t meta_info;
    memset(&meta_info, 0, sizeof meta_info);
    strcpy(meta_info.product_key, "a1GQc8iJOWI");
    strcpy(meta_info.device_name, "gateway_test01");
    strcpy(meta_info.device_secret, "abcdefghijklmnopqrstuvwxyz012345");
    strcpy(meta_info.product_secret, "L68wCVXYUaNg1Ey9");
    return IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &meta_info);
}

static int call_connect(void)
{
    return IOT_Linkkit_Connect(0);
}

static int call_report(void)
{
    unsigned char properties[] = "{\"PowerSwitch\":1}";
    int id = IOT_Linkkit_Report(0, ITM_MSG_POST_PROPERTY, properties, sizeof properties - 1);
    return id > 0 ? 0 : id == 0 ? -2 : id;
}

static int connect(void)
{
    is_open = insist("IOT_Ioctl", call_ioctl) && insist("IOT_Linkkit_Open", call_open);
    return is_open && insist("IOT_Linkkit_Connect", call_connect);
}

static void run_connect(void)
{
    connect();
}

static int is_announced(void)
{
    return bind_notifies >= wanted && cloud_knows_token(phone_seen()->broadcast_token);
}

/* The token is accepted and broadcast. */
static int bind(void)
{
    wanted = 1;
    return connect() && wait_until("bind: a broadcast", is_announced, PATIENCE_MS);
}

static void run_bind(void)
{
    bind();
}

static int is_answered(void)
{
    const char *token = phone_seen()->answer_token;
    return token[0] != '\0' && strcmp(token, first_token) != 0;
}

/* A phone asks until it has a token. */
static int query(const char *step)
{
    uint64_t end = clock_now() + PATIENCE_MS;
    while (clock_now() < end) {
        const char *missed = report->missed;
        phone_ask();
        if (wait_until(step, is_answered, PHONE_PATIENCE_MS)) {
            if (!cloud_knows_token(phone_seen()->answer_token)) {
                violation("a phone got a token that the cloud does not know");
            }
            strcpy(first_token, phone_seen()->answer_token);
            report->missed = missed;
            return 1;
        }
    }
    return 0;
}

static int query_twice(void)
{
    strcpy(first_token, phone_seen()->answer_token);
    return query("query: the first") && query("query: the second");
}

static void run_query(void)
{
    if (bind()) {
        query_twice();
    }
}

static int is_reported(void)
{
    return cloud_counts()->properties >= wanted;
}

/* QoS 0: what is lost with a connection has to be reported again. */
static int post(void)
{
    uint64_t end = clock_now() + PATIENCE_MS;
    wanted = cloud_counts()->properties + 1;
    while (clock_now() < end) {
        const char *missed = report->missed;
        if (!insist("IOT_Linkkit_Report", call_report)) {
            return 0;
        }
        if (wait_until("report: its arrival", is_reported, TRY_AGAIN_MS)) {
            report->missed = missed;
            return 1;
        }
    }
    return 0;
}

static void run_report(void)
{
    if (connect()) {
        post();
    }
}

static int is_reset(void)
{
    return resets >= wanted;
}

static int unbind(void)
{
    uint32_t notifies = bind_notifies;
    wanted = resets + 1;
    if (!insist("awss_report_reset", awss_report_reset) ||
        !wait_until("unbind: IOTX_RESET", is_reset, PATIENCE_MS)) {
        return 0;
    }
    wanted = notifies + 1;
    return 1;
}

static void run_unbind(void)
{
    if (bind()) {
        unbind();
    }
}

static int is_reconnected(void)
{
    return cloud_counts()->connections >= wanted && cloud_serves();
}

static int reconnect(void)
{
    wanted = cloud_counts()->connections + 1;
    tcp_hang_up();
    return wait_until("reconnect: the subscriptions", is_reconnected, PATIENCE_MS) && post();
}

static void run_reconnect(void)
{
    if (bind()) {
        reconnect();
    }
}

static int call_close(void)
{
    return IOT_Linkkit_Close(0);
}

static void close(void)
{
    if (is_open && !insist("IOT_Linkkit_Close", call_close)) {
        violation("IOT_Linkkit_Close of an open device fails");
    }
    is_open = 0;
}

/* With everything in the air: right behind the first broadcast, a query not yet answered. */
static void run_close(void)
{
    if (bind()) {
        phone_ask();
    }
}

static void run_all(void)
{
    if (!bind()) {
        return;
    }
    phone_acknowledge();
    if (query_twice() && post() && reconnect() && unbind()) {
        wait_until("bind again: a broadcast", is_announced, PATIENCE_MS);
    }
}

const struct scenario virtual_scenarios[SCENARIOS] = {
    {"connect", run_connect}, {"bind", run_bind},      {"query", run_query},
    {"report", run_report},   {"unbind", run_unbind},  {"reconnect", run_reconnect},
    {"close", run_close},     {"everything", run_all},
};

void scenario_run(const struct scenario *scenario, struct scenario_report *into)
{
    report = into;
    memset(report, 0, sizeof *report);
    bind_notifies = 0;
    resets = 0;
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_awss_status);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connection);
    IOT_RegisterCallback(ITE_CONNECT_FAIL, on_connection);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_connection);
    scenario->run();
    close();
}

void scenario_check_nothing_held(void)
{
    if (memory_counts()->blocks != 0) {
        violation("memory held after the close");
    }
    if (mutex_held() != 0) {
        violation("a lock held after the close");
    }
    if (mutex_live() != 0) {
        violation("a mutex not given back by the close");
    }
    if (tcp_is_open() || udp_is_open()) {
        violation("a socket open after the close");
    }
}
