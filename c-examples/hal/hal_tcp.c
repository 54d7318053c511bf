#define _POSIX_C_SOURCE 200809L

#include "hal_posix.h"
#include "mqtt_wrapper.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define CLOSED (-1)
#define FAILED (-2)

static uint16_t forced_port;

void hal_posix_set_tcp_port(uint16_t port)
{
    forced_port = port;
}

static int connect_to(const struct addrinfo *address)
{
    int on = 1;
    int fd = socket(address->ai_family, address->ai_socktype, address->ai_protocol);

    if (fd < 0) {
        return -1;
    }
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

uintptr_t HAL_TCP_Establish(const char *host, uint16_t port)
{
    struct addrinfo hints, *found, *address;
    char service[8];
    int fd = -1;

    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    snprintf(service, sizeof(service), "%u", (unsigned)(forced_port != 0 ? forced_port : port));
    if (getaddrinfo(host, service, &hints, &found) != 0) {
        return (uintptr_t)-1;
    }
    for (address = found; address != NULL && fd < 0; address = address->ai_next) {
        fd = connect_to(address);
    }
    freeaddrinfo(found);
    return fd < 0 ? (uintptr_t)-1 : (uintptr_t)fd;
}

int HAL_TCP_Destroy(uintptr_t fd)
{
    int status = shutdown((int)fd, SHUT_RDWR);

    close((int)fd);
    return status == 0 ? 0 : -1;
}

/* Waits for `events` until `deadline`: 1 when they are there, 0 at the deadline, -1 on an error. */
static int wait_for(int fd, short events, uint64_t deadline)
{
    struct pollfd waited = {fd, events, 0};
    uint64_t now = HAL_UptimeMs();
    int ready;

    do {
        uint64_t left = deadline > now ? deadline - now : 0;

        ready = poll(&waited, 1, left < INT_MAX ? (int)left : INT_MAX);
        now = HAL_UptimeMs();
    } while ((ready == 0 || (ready < 0 && errno == EINTR)) && now < deadline);
    return ready;
}

int32_t HAL_TCP_Read(uintptr_t fd, char *buf, uint32_t len, uint32_t timeout_ms)
{
    uint64_t deadline = HAL_UptimeMs() + timeout_ms;
    uint32_t got = 0;
    int32_t end = 0;

    while (got < len && end == 0 && timeout_ms > 0) {
        int ready = wait_for((int)fd, POLLIN, deadline);
        ssize_t received;

        if (ready == 0) {
            break;
        }
        received = ready < 0 ? -1 : recv((int)fd, buf + got, len - got, MSG_DONTWAIT);
        if (received > 0) {
            got += (uint32_t)received;
        } else if (received == 0) {
            end = CLOSED;
        } else if (errno != EINTR && errno != EAGAIN) {
            end = FAILED;
        }
    }
    return got > 0 ? (int32_t)got : end;
}

int32_t HAL_TCP_Write(uintptr_t fd, const char *buf, uint32_t len, uint32_t timeout_ms)
{
    uint64_t deadline = HAL_UptimeMs() + timeout_ms;
    uint32_t done = 0;

    while (done < len) {
        int ready = wait_for((int)fd, POLLOUT, deadline);
        ssize_t sent;

        if (ready == 0) {
            break;
        }
        sent = ready < 0 ? -1 : send((int)fd, buf + done, len - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            done += (uint32_t)sent;
        } else if (sent < 0 && errno != EINTR && errno != EAGAIN) {
            return -1;
        }
    }
    return (int32_t)done;
}
