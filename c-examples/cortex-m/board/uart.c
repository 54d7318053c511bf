#include "uart.h"

#define STATE_TX_FULL (1u << 0)
#define STATE_RX_FULL (1u << 1)
#define CONTROL_TX_ON (1u << 0)
#define CONTROL_RX_ON (1u << 1)
#define DIVIDER_MIN 16

void uart_open(uart_t *uart)
{
    uart->divider = DIVIDER_MIN;
    uart->control = CONTROL_TX_ON | CONTROL_RX_ON;
}

int uart_put(uart_t *uart, uint8_t byte)
{
    if (uart->state & STATE_TX_FULL) {
        return 0;
    }
    uart->data = byte;
    return 1;
}

int uart_get(uart_t *uart, uint8_t *byte)
{
    if (!(uart->state & STATE_RX_FULL)) {
        return 0;
    }
    *byte = (uint8_t)uart->data;
    return 1;
}

void uart_print(const char *text)
{
    for (; *text != '\0'; text++) {
        while (!uart_put(UART_CONSOLE, (uint8_t)*text)) {
        }
    }
}
