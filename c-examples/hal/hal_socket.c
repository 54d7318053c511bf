#define _POSIX_C_SOURCE 200809L

#include "hal_socket.h"

#include "hal_posix.h"
#include "wrappers_os.h"

#include <errno.h>
#include <fcntl.h>
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

#ifdef LINKKIT_WITHOUT_TLS
#define CLOUD_PORT 1883
#else
#define CLOUD_PORT 443
#endif

static const char *mqtt_host;
static uint16_t mqtt_port;

void hal_posix_set_mqtt_port(const char *host, uint16_t port)
{
    mqtt_host = host;
    mqtt_port = port;
}

static uint16_t port_of(const char *host, uint16_t port)
{
    int is_mqtt = mqtt_host != NULL && port == CLOUD_PORT && strcmp(host, mqtt_host) == 0;

    return is_mqtt ? mqtt_port : port;
}

int hal_socket_wait(int fd, short events, uint64_t deadline)
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

/* 0, or an errno. */
static int outcome_of_connect(int fd, uint64_t deadline)
{
    int error = 0;
    socklen_t length = sizeof(error);
    int ready = hal_socket_wait(fd, POLLOUT, deadline);

    if (ready == 0) {
        return ETIMEDOUT;
    }
    if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
        return errno;
    }
    return error;
}

static int connect_to(const struct addrinfo *address, uint64_t deadline)
{
    int on = 1;
    int error = 0;
    int fd = socket(address->ai_family, address->ai_socktype, address->ai_protocol);

    if (fd < 0) {
        return -1;
    }
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
        connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        error = errno == EINPROGRESS ? outcome_of_connect(fd, deadline) : errno;
    }
    if (error != 0) {
        close(fd);
        errno = error;
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

int hal_socket_connect(const char *host, uint16_t port, uint32_t timeout_ms)
{
    struct addrinfo hints, *found, *address;
    char service[8];
    uint64_t deadline;
    int fd = -1;

    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    snprintf(service, sizeof(service), "%u", (unsigned)port_of(host, port));
    if (getaddrinfo(host, service, &hints, &found) != 0) {
        HAL_Printf("network error: cannot resolve %s\r\n", host);
        return -1;
    }
    deadline = HAL_UptimeMs() + timeout_ms;
    for (address = found; address != NULL && fd < 0; address = address->ai_next) {
        fd = connect_to(address, deadline);
    }
    if (fd < 0) {
        HAL_Printf("network error: cannot connect to %s:%s: %s\r\n", host, service,
                   strerror(errno));
    }
    freeaddrinfo(found);
    return fd;
}
