#include "virtual_port.h"

static struct {
    fault_t kind;
    unsigned first, count, seen, injected;
} plan;

void faults_plan(fault_t kind, unsigned first, unsigned count)
{
    plan.kind = kind;
    plan.first = first;
    plan.count = count;
    plan.seen = 0;
    plan.injected = 0;
}

unsigned faults_injected(void)
{
    return plan.injected;
}

int fault_hits(fault_t kind)
{
    if (kind != plan.kind) {
        return 0;
    }
    plan.seen++;
    if (plan.seen < plan.first || plan.seen - plan.first >= plan.count) {
        return 0;
    }
    plan.injected++;
    return 1;
}

unsigned fault_awaited(fault_t kind)
{
    return kind == plan.kind && plan.injected == 0 ? plan.first : 0;
}
