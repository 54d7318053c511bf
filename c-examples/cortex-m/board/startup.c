/* Reset, faults, and what newlib needs. */
#include "board.h"

#include <sys/types.h>

#define CPACR REGISTER(0xE000ED88)
#define FPU_FULL_ACCESS (0xFu << 20)
#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)
#define SYST_ENABLE 7u
#define CLOCK_HZ 25000000u

#define SYS_EXIT_EXTENDED 0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

#define STACK_PATTERN 0xA5A5A5A5u
/* The painter's own frame, and what an interrupt may put below it. */
#define STACK_MARGIN 256u

#define VECTORS 16

extern uint32_t data_source[], data_start[], data_end[], bss_start[], bss_end[], stack_top[],
    stack_bottom[];
extern char end[];

int main(void);
void reset_handler(void);
void *_sbrk(ptrdiff_t increment);
void _exit(int status);

static volatile uint32_t ticks_low, ticks_high;
static uint32_t *painted_below;

void board_exit(int status)
{
    uint32_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)status};
    register uint32_t operation __asm__("r0") = SYS_EXIT_EXTENDED;
    register void *argument __asm__("r1") = block;
    for (;;) {
        __asm__ volatile("bkpt 0xab" : "+r"(operation) : "r"(argument) : "memory");
    }
}

void _exit(int status)
{
    board_exit(status);
}

static void tick(void)
{
    if (++ticks_low == 0) {
        ticks_high++;
    }
}

uint64_t board_uptime_ms(void)
{
    uint32_t high, low;
    do {
        high = ticks_high;
        low = ticks_low;
    } while (high != ticks_high);
    return (uint64_t)high << 32 | low;
}

static void fault(void)
{
    board_print("\r\nfirmware: fault\r\n");
    board_exit(1);
}

void reset_handler(void)
{
    uint32_t *from = data_source, *to;
    for (to = data_start; to < data_end; to++) {
        *to = *from++;
    }
    for (to = bss_start; to < bss_end; to++) {
        *to = 0;
    }
    CPACR |= FPU_FULL_ACCESS;
    __asm__ volatile("dsb\n isb");
    SYST_RVR = CLOCK_HZ / 1000 - 1;
    SYST_CVR = 0;
    SYST_CSR = SYST_ENABLE;
    board_exit(main());
}

/* The first is the initial stack pointer. */
typedef union {
    void *stack;
    void (*handler)(void);
} vector_t;

__attribute__((section(".vectors"), used)) static const vector_t vectors[VECTORS] = {
    {.stack = stack_top}, {.handler = reset_handler},
    {.handler = fault},   {.handler = fault},
    {.handler = fault},   {.handler = fault},
    {.handler = fault},   {.handler = 0},
    {.handler = 0},       {.handler = 0},
    {.handler = 0},       {.handler = fault},
    {.handler = fault},   {.handler = 0},
    {.handler = fault},   {.handler = tick},
};

void *_sbrk(ptrdiff_t increment)
{
    static char *limit = end;
    char *before = limit;
    if (increment > (char *)stack_bottom - limit) {
        return (void *)-1;
    }
    limit += increment;
    return before;
}

void board_stack_paint(void)
{
    uint32_t *word = stack_bottom;
    painted_below = (uint32_t *)((uintptr_t)__builtin_frame_address(0) - STACK_MARGIN);
    while (word < painted_below) {
        *word++ = STACK_PATTERN;
    }
}

unsigned board_stack_depth(void)
{
    const uint32_t *word = stack_bottom;
    while (word < painted_below && *word == STACK_PATTERN) {
        word++;
    }
    return (unsigned)((uintptr_t)painted_below + STACK_MARGIN - (uintptr_t)word);
}
