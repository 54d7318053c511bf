/**
 * The two CMSDK UARTs in use: a console, and a pipe of bytes to the broker.
 */
#ifndef BOARD_UART_H
#define BOARD_UART_H

#include <stdint.h>

/** Registers of a CMSDK UART. */
typedef struct {
    volatile uint32_t data;
    volatile uint32_t state;
    volatile uint32_t control;
    volatile uint32_t interrupts;
    volatile uint32_t divider;
} uart_t;

#define UART_CONSOLE ((uart_t *)0x40004000u)
#define UART_BROKER ((uart_t *)0x40005000u)

/** Turns both directions on. */
void uart_open(uart_t *uart);

/** Sends a byte if the transmitter has room: 1, else 0. Does not block. */
int uart_put(uart_t *uart, uint8_t byte);

/** Takes a received byte if there is one: 1, else 0. Does not block. */
int uart_get(uart_t *uart, uint8_t *byte);

/** Prints on the console. Blocks until the transmitter has taken it. */
void uart_print(const char *text);

#endif /* BOARD_UART_H */
