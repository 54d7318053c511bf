#include "clock.h"

#define CORE_HZ 25000000u
#define TICKS_PER_SECOND 1000u

#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010u)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xE000E014u)
#define SYSTICK_VALUE (*(volatile uint32_t *)0xE000E018u)
#define SYSTICK_ON 7u /* core clock, interrupt, counting */

static volatile uint64_t ticks;

void clock_start(void)
{
    SYSTICK_RELOAD = CORE_HZ / TICKS_PER_SECOND - 1;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = SYSTICK_ON;
}

uint32_t clock_cycles(void)
{
    return SYSTICK_VALUE;
}

void clock_wait_for_tick(void)
{
    __asm__ volatile("wfi" ::: "memory");
}

void clock_tick(void)
{
    ticks++;
}

uint64_t clock_ms(void)
{
    uint64_t first, second = ticks;

    /* The core reads 64 bits in two halves; a tick can come between them. */
    do {
        first = second;
        second = ticks;
    } while (first != second);
    return first;
}
