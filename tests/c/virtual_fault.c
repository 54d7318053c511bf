#include "virtual_fault.h"

static enum fault_kind armed;
static uint32_t first_call, fault_count, calls, hits;

void fault_arm(enum fault_kind kind, uint32_t first, uint32_t count)
{
    armed = kind;
    first_call = first;
    fault_count = count;
    calls = 0;
    hits = 0;
}

void fault_disarm(void)
{
    armed = FAULT_NONE;
}

int fault_strikes(enum fault_kind kind)
{
    if (kind != armed) {
        return 0;
    }
    calls++;
    if (calls < first_call || calls - first_call >= fault_count) {
        return 0;
    }
    hits++;
    return 1;
}

uint32_t fault_hits(void)
{
    return hits;
}

const char *fault_name(enum fault_kind kind)
{
    static const char *const names[FAULT_KINDS] = {
        "none",
        "malloc",
        "tcp_establish",
        "tcp_read_error",
        "tcp_read_closed",
        "tcp_read_short",
        "tcp_write_error",
        "tcp_write_short",
        "tcp_write_timeout",
        "udp_create",
        "udp_join",
        "udp_receive",
        "udp_interrupted",
        "udp_send",
        "kv_get",
        "kv_set",
        "mutex_create",
        "clock_back",
        "clock_wrap",
    };
    return names[kind];
}
