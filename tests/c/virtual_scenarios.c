#include "virtual_scenarios.h"

#include <stddef.h>
#include <string.h>

#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "infra_compat.h"
#include "virtual_check.h"
#include "virtual_clock.h"
#include "virtual_cloud.h"
#include "virtual_memory.h"
#include "virtual_mutex.h"
#include "virtual_phone.h"
#include "virtual_steps.h"
#include "virtual_tcp.h"
#include "virtual_udp.h"

/* A phone's before it asks again. */
#define PHONE_PATIENCE_MS 2000
/* For a report to arrive before it is sent again. */
#define POST_PATIENCE_MS 1000

static int is_open;
/* Since the scenario began. */
static uint32_t bind_notifies, resets;
/* When the step began. */
static uint32_t wanted, broadcasts_before;
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
    return bind_notifies >= wanted && phone_seen()->broadcasts > broadcasts_before &&
           cloud_knows_token(phone_seen()->broadcast_token);
}

/* The token is accepted and broadcast. Binding ends after so many tries, and is started again. */
static int wait_for_broadcast(const char *step)
{
    if (comes_true(is_announced, PATIENCE_MS)) {
        return 1;
    }
    scenario_report.restarts++;
    return insist("awss_report_cloud", awss_report_cloud) && wait_until(step, is_announced);
}

static int bind(void)
{
    wanted = 1;
    broadcasts_before = phone_seen()->broadcasts;
    return connect() && wait_for_broadcast("bind: a broadcast");
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
    do {
        if (clock_now() >= end) {
            return give_up(step);
        }
        phone_ask();
    } while (!comes_true(is_answered, PHONE_PATIENCE_MS));
    if (!cloud_knows_token(phone_seen()->answer_token)) {
        violation("a phone got a token that the cloud does not know");
    }
    strcpy(first_token, phone_seen()->answer_token);
    return 1;
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
    do {
        if (clock_now() >= end) {
            return give_up("report: its arrival");
        }
        if (!insist("IOT_Linkkit_Report", call_report)) {
            return 0;
        }
    } while (!comes_true(is_reported, POST_PATIENCE_MS));
    return 1;
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
    broadcasts_before = phone_seen()->broadcasts;
    if (!insist("awss_report_reset", awss_report_reset) ||
        !wait_until("unbind: IOTX_RESET", is_reset)) {
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
    return wait_until("reconnect: the subscriptions", is_reconnected) && post();
}

static void run_reconnect(void)
{
    if (bind()) {
        reconnect();
    }
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
        wait_for_broadcast("bind again: a broadcast");
    }
}

const struct scenario virtual_scenarios[SCENARIOS] = {
    {"connect", run_connect}, {"bind", run_bind},      {"query", run_query},
    {"report", run_report},   {"unbind", run_unbind},  {"reconnect", run_reconnect},
    {"close", run_close},     {"everything", run_all},
};

void scenario_run(const struct scenario *scenario, struct scenario_report *report)
{
    memset(&scenario_report, 0, sizeof scenario_report);
    bind_notifies = 0;
    resets = 0;
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_awss_status);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_connection);
    IOT_RegisterCallback(ITE_CONNECT_FAIL, on_connection);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_connection);
    scenario->run();
    close();
    *report = scenario_report;
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
