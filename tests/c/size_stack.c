#include "size_stack.h"

#include <stdint.h>

#define PATTERN 0xA5A5A5A5u
/* The painter's own frame, and what an interrupt may put below it. */
#define MARGIN 256u

/* The stack of the linker script lies between the heap and this. */
extern char heap_end[];

static uint32_t *painted_to;

void stack_paint(void)
{
    uint32_t *word = (uint32_t *)(void *)heap_end;
    painted_to = (uint32_t *)((uintptr_t)__builtin_frame_address(0) - MARGIN);
    while (word < painted_to) {
        *word++ = PATTERN;
    }
}

unsigned stack_depth(void)
{
    const uint32_t *word = (const uint32_t *)(void *)heap_end;
    while (word < painted_to && *word == PATTERN) {
        word++;
    }
    return (unsigned)((uintptr_t)painted_to + MARGIN - (uintptr_t)word);
}
