/*
 * Measures the library on bare metal, on the virtual port of the tests: heap of connect and bind,
 * then allocations of an idle minute, and the deepest stack of all scenarios.
 */
#include "board/uart.h"
#include "size_stack.h"
#include "virtual_port.h"
#include "virtual_scenarios.h"

#include "dev_model_api.h"
#include "infra_compat.h"

#include <stdio.h>

#define BIND_MS 60000
#define IDLE_MS 60000
#define YIELD_MS 200

static void yield_for(uint32_t ms)
{
    uint64_t until = virtual_now() + ms;
    while (virtual_now() < until) {
        IOT_Linkkit_Yield(YIELD_MS);
    }
}

int main(void)
{
    char line[128];
    unsigned before, idle, i;
    virtual_heap_t bound;

    stack_paint();
    if (!scenarios[1].run()) {
        return 1;
    }
    yield_for(BIND_MS);
    bound = *virtual_heap();
    before = bound.allocations;
    yield_for(IDLE_MS);
    idle = virtual_heap()->allocations - before;
    if (!scenario_close()) {
        return 2;
    }
    for (i = 0; i < scenario_count; i++) {
        if (!scenarios[i].run() || !scenario_close()) {
            return 3;
        }
    }
    snprintf(line, sizeof(line), "peak=%u peak_blocks=%u steady=%u blocks=%u idle=%u stack=%u\n",
             bound.peak_bytes, bound.peak_blocks, bound.bytes, bound.blocks, idle, stack_depth());
    uart_print(line);
    return 0;
}
