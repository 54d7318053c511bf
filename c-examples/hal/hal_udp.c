#define _DEFAULT_SOURCE

#include "wrappers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define INTERRUPTED (-3)
#define FAILED (-4)

intptr_t HAL_UDP_create_without_connect(const char *host, unsigned short port)
{
    struct sockaddr_in address;
    int on = 1;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0) {
        return -1;
    }
    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    if ((host != NULL && inet_pton(AF_INET, host, &address.sin_addr) != 1) ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int HAL_UDP_close_without_connect(intptr_t sockfd)
{
    return close((int)sockfd);
}

int HAL_UDP_joinmulticast(intptr_t sockfd, char *p_group)
{
    struct ip_mreq group;
    unsigned char loopback = 0;

    memset(&group, 0, sizeof(group));
    if (inet_pton(AF_INET, p_group, &group.imr_multiaddr) != 1) {
        return -1;
    }
    group.imr_interface.s_addr = htonl(INADDR_ANY);
    setsockopt((int)sockfd, IPPROTO_IP, IP_MULTICAST_LOOP, &loopback, sizeof(loopback));
    return setsockopt((int)sockfd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group));
}

/* 1 when `events` are there, else what the caller returns: 0 at the timeout, or an error. */
static int wait_for(intptr_t sockfd, short events, unsigned int timeout_ms)
{
    struct pollfd waited = {(int)sockfd, events, 0};
    int ready = poll(&waited, 1, (int)timeout_ms);

    if (ready >= 0) {
        return ready;
    }
    return errno == EINTR ? INTERRUPTED : FAILED;
}

int HAL_UDP_recvfrom(intptr_t sockfd, NetworkAddr *p_remote, unsigned char *p_data,
                     unsigned int datalen, unsigned int timeout_ms)
{
    struct sockaddr_in from;
    socklen_t from_length = sizeof(from);
    int ready = wait_for(sockfd, POLLIN, timeout_ms);
    ssize_t received;

    if (ready != 1) {
        return ready;
    }
    received = recvfrom((int)sockfd, p_data, datalen, 0, (struct sockaddr *)&from, &from_length);
    if (received < 0) {
        return errno == EINTR ? INTERRUPTED : FAILED;
    }
    memset(p_remote, 0, sizeof(*p_remote));
    inet_ntop(AF_INET, &from.sin_addr, (char *)p_remote->addr, sizeof(p_remote->addr));
    p_remote->port = ntohs(from.sin_port);
    return (int)received;
}

int HAL_UDP_sendto(intptr_t sockfd, const NetworkAddr *p_remote, const unsigned char *p_data,
                   unsigned int datalen, unsigned int timeout_ms)
{
    struct sockaddr_in to;
    int ready = wait_for(sockfd, POLLOUT, timeout_ms);
    ssize_t sent;

    if (ready != 1) {
        return ready;
    }
    memset(&to, 0, sizeof(to));
    to.sin_family = AF_INET;
    to.sin_port = htons(p_remote->port);
    if (inet_pton(AF_INET, (const char *)p_remote->addr, &to.sin_addr) != 1) {
        return -1;
    }
    sent = sendto((int)sockfd, p_data, datalen, 0, (struct sockaddr *)&to, sizeof(to));
    if (sent < 0) {
        return errno == EINTR ? INTERRUPTED : FAILED;
    }
    return (int)sent;
}
