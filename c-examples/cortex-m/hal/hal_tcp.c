/*
 * "TCP" is a UART that the emulator connects to the broker. It has no carrier line: a lost broker
 * shows as silence, which the keep-alive of the library finds.
 */
#include "board/clock.h"
#include "board/uart.h"
#include "net/network.h"
#include "wrappers.h"

#define PIPE 1
#define SILENCE_MS 50
#define DRAIN_MAX_MS 500
#define SPIN_MS 2

static int is_over(uint64_t start, uint32_t ms)
{
    return HAL_UptimeMs() - start >= ms;
}

/* Drops what the last connection left in the pipe. */
static void drain(void)
{
    uint64_t start = HAL_UptimeMs(), last = start;
    uint8_t byte;

    while (!is_over(last, SILENCE_MS) && !is_over(start, DRAIN_MAX_MS)) {
        if (uart_get(UART_BROKER, &byte)) {
            last = HAL_UptimeMs();
        }
        network_poll();
    }
}

uintptr_t HAL_TCP_Establish(const char *host, uint16_t port)
{
    (void)host;
    (void)port;
    uart_open(UART_BROKER);
    drain();
    return PIPE;
}

int HAL_TCP_Destroy(uintptr_t fd)
{
    (void)fd;
    return 0;
}

int32_t HAL_TCP_Read(uintptr_t fd, char *buf, uint32_t len, uint32_t timeout_ms)
{
    uint64_t start = HAL_UptimeMs(), last = start;
    uint32_t got = 0;

    (void)fd;
    for (;;) {
        while (got < len && uart_get(UART_BROKER, (uint8_t *)&buf[got])) {
            got++;
            last = HAL_UptimeMs();
        }
        network_poll();
        if (got == len || is_over(start, timeout_ms)) {
            return (int32_t)got;
        }
        /* The UART holds one byte: sleeping between the bytes of a packet would cost 1 ms each. */
        if (is_over(last, SPIN_MS)) {
            clock_wait_for_tick();
        }
    }
}

int32_t HAL_TCP_Write(uintptr_t fd, const char *buf, uint32_t len, uint32_t timeout_ms)
{
    uint64_t start = HAL_UptimeMs();
    uint32_t sent = 0;

    (void)fd;
    while (sent < len && !is_over(start, timeout_ms)) {
        if (uart_put(UART_BROKER, (uint8_t)buf[sent])) {
            sent++;
        } else {
            network_poll();
        }
    }
    return (int32_t)sent;
}
