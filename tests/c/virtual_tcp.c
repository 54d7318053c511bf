#include "virtual_tcp.h"

#include <string.h>

#include "virtual_broker.h"
#include "virtual_check.h"
#include "virtual_clock.h"
#include "virtual_fault.h"
#include "virtual_mutex.h"
#include "wrappers.h"

#define INBOX_MAX 1024
/* What a failing connect takes. */
#define CONNECT_MS 100

static uint8_t inbox[INBOX_MAX];
static uint32_t inbox_len;
static int is_open, is_alive;
/* Of the connection, when open; the first is 0. */
static uintptr_t handle = (uintptr_t)-1;

void tcp_deliver(const uint8_t *bytes, uint32_t len)
{
    if (!is_alive) {
        return;
    }
    if (len > INBOX_MAX - inbox_len) {
        violation("the library leaves more unread than the virtual connection holds");
        return;
    }
    memcpy(inbox + inbox_len, bytes, len);
    inbox_len += len;
}

void tcp_hang_up(void)
{
    is_alive = 0;
}

int tcp_is_open(void)
{
    return is_open;
}

static void check_handle(uintptr_t fd)
{
    if (!is_open || fd != handle) {
        violation("a TCP handle that is not open");
    }
}

uintptr_t HAL_TCP_Establish(const char *host, uint16_t port)
{
    mutex_must_be_free("HAL_TCP_Establish with a lock held");
    if (is_open) {
        violation("a second TCP connection");
    }
    if (host == NULL || host[0] == '\0' || port != 1883) {
        violation("HAL_TCP_Establish to nowhere");
    }
    if (fault_strikes(FAULT_TCP_ESTABLISH)) {
        clock_advance(CONNECT_MS);
        return (uintptr_t)-1;
    }
    is_open = 1;
    is_alive = 1;
    inbox_len = 0;
    broker_begin();
    return ++handle;
}

int HAL_TCP_Destroy(uintptr_t fd)
{
    int was_alive = is_alive;
    mutex_must_be_free("HAL_TCP_Destroy with a lock held");
    check_handle(fd);
    is_open = 0;
    is_alive = 0;
    return was_alive ? 0 : -1;
}

int32_t HAL_TCP_Read(uintptr_t fd, char *buf, uint32_t len, uint32_t timeout_ms)
{
    uint32_t got = len < inbox_len ? len : inbox_len;
    mutex_must_be_free("HAL_TCP_Read with a lock held");
    check_handle(fd);
    if (len == 0 || timeout_ms == 0) {
        violation("HAL_TCP_Read of nothing, or without time");
    }
    if (fault_strikes(FAULT_TCP_READ_ERROR)) {
        return -2;
    }
    if (fault_strikes(FAULT_TCP_READ_CLOSED)) {
        inbox_len = 0;
        tcp_hang_up();
        return -1;
    }
    if (got == 0 && !is_alive) {
        return -1;
    }
    if (got > 0 && fault_strikes(FAULT_TCP_READ_SHORT)) {
        got /= 2;
    }
    if (got < len) {
        clock_advance(timeout_ms);
    }
    memcpy(buf, inbox, got);
    inbox_len -= got;
    memmove(inbox, inbox + got, inbox_len);
    return (int32_t)got;
}

int32_t HAL_TCP_Write(uintptr_t fd, const char *buf, uint32_t len, uint32_t timeout_ms)
{
    mutex_must_be_free("HAL_TCP_Write with a lock held");
    check_handle(fd);
    if (!is_alive) {
        return -1;
    }
    if (fault_strikes(FAULT_TCP_WRITE_ERROR)) {
        tcp_hang_up();
        return -1;
    }
    if (fault_strikes(FAULT_TCP_WRITE_TIMEOUT)) {
        clock_advance(timeout_ms);
        return 0;
    }
    if (fault_strikes(FAULT_TCP_WRITE_SHORT)) {
        clock_advance(timeout_ms);
        len /= 2;
    }
    broker_receive((const uint8_t *)buf, len);
    return (int32_t)len;
}
