#define _POSIX_C_SOURCE 200809L

#include "hal_socket.h"
#include "mqtt_wrapper.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define CLOSED (-1)
#define FAILED (-2)

#define CONNECT_TIMEOUT_MS 10000

uintptr_t HAL_TCP_Establish(const char *host, uint16_t port)
{
    int fd = hal_socket_connect(host, port, CONNECT_TIMEOUT_MS);

    return fd < 0 ? (uintptr_t)-1 : (uintptr_t)fd;
}

int HAL_TCP_Destroy(uintptr_t fd)
{
    int status = shutdown((int)fd, SHUT_RDWR);

    close((int)fd);
    return status == 0 ? 0 : -1;
}

int32_t HAL_TCP_Read(uintptr_t fd, char *buf, uint32_t len, uint32_t timeout_ms)
{
    uint64_t deadline = HAL_UptimeMs() + timeout_ms;
    uint32_t got = 0;
    int32_t end = 0;

    while (got < len && end == 0 && timeout_ms > 0) {
        int ready = hal_socket_wait((int)fd, POLLIN, deadline);
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
        int ready = hal_socket_wait((int)fd, POLLOUT, deadline);
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
