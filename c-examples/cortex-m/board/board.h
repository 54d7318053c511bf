/*
 * What the board has: a console, a clock, a heap for newlib, a stack whose depth can be read, and
 * qemu around it.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

/** Memory-mapped register of 32 bits. */
#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

/** Ends the emulation; qemu's exit status is `status`. Does not return. */
void board_exit(int status) __attribute__((noreturn));

/** Milliseconds since the start. */
uint64_t board_uptime_ms(void);

/** Writes to the console, UART 0; waits until it has taken all. */
void board_print(const char *text);

/** Fills the unused stack with a pattern that board_stack_depth looks for. */
void board_stack_paint(void);
/** Deepest use of the stack since board_stack_paint, bytes below the frame of its caller. */
unsigned board_stack_depth(void);

#endif
