/*
 * Vector table, reset and faults.
 */
#include "clock.h"
#include "semihosting.h"
#include "uart.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CPACR (*(volatile uint32_t *)0xE000ED88u)
#define FPU_FULL_ACCESS (0xFu << 20)

extern uint32_t data_start[], data_end[], data_load[], bss_start[], bss_end[], stack_top[];

int main(void);
void reset(void) __attribute__((noreturn));

static void fault(void)
{
    static char why[32];
    uint32_t exception;

    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    snprintf(why, sizeof(why), "exception %u", (unsigned)exception);
    semihosting_fail(why);
}

typedef void (*handler_t)(void);

/* No interrupt of the board is enabled, so the table ends with the core's own exceptions. */
static const struct {
    uint32_t *stack;
    handler_t handlers[15];
} vectors __attribute__((used, section(".vectors"))) = {
    stack_top,
    {reset, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault,
     fault, clock_tick},
};

void reset(void)
{
    /* The compiler may use floating-point registers from here on. */
    CPACR |= FPU_FULL_ACCESS;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
    memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
    memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
    uart_open(UART_CONSOLE);
    clock_start();
    semihosting_exit(main());
}
