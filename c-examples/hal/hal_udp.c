#define _DEFAULT_SOURCE

#include "coap_wrapper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define TIMED_OUT 0
#define INTERRUPTED (-3)
#define FAILED (-4)

/* Local address to bind; no `host` stands for any. 0, or -1. */
static int parse_local(const char *host, struct in_addr *address)
{
    address->s_addr = htonl(INADDR_ANY);
    if (host == NULL || host[0] == '\0') {
        return 0;
    }
    return inet_pton(AF_INET, host, address) == 1 ? 0 : -1;
}

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
    if (parse_local(host, &address.sin_addr) != 0 ||
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
    char own_text[NETWORK_ADDR_LEN];
    uint32_t own = HAL_Wifi_Get_IP(own_text, NULL);

    memset(&group, 0, sizeof(group));
    if (inet_pton(AF_INET, p_group, &group.imr_multiaddr) != 1) {
        return -1;
    }
    /* Without an interface the kernel looks for a route to the group, and may have none. */
    group.imr_interface.s_addr = own != (uint32_t)-1 ? own : htonl(INADDR_ANY);
    setsockopt((int)sockfd, IPPROTO_IP, IP_MULTICAST_LOOP, &loopback, sizeof(loopback));
    return setsockopt((int)sockfd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group));
}

/* What a call that set errno returns. */
static int failure(void)
{
    switch (errno) {
    case EAGAIN:
        return TIMED_OUT;
    case EINTR:
        return INTERRUPTED;
    default:
        return FAILED;
    }
}

/* 1 when `events` are there, else what the caller returns. */
static int wait_for(intptr_t sockfd, short events, unsigned int timeout_ms)
{
    struct pollfd waited = {(int)sockfd, events, 0};
    int ready = poll(&waited, 1, timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX);

    return ready < 0 ? failure() : ready;
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
    /* A datagram with a wrong checksum wakes poll() and is gone then. */
    received = recvfrom((int)sockfd, p_data, datalen, MSG_DONTWAIT, (struct sockaddr *)&from,
                        &from_length);
    if (received < 0) {
        return failure();
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
    sent = sendto((int)sockfd, p_data, datalen, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
    return sent < 0 ? failure() : (int)sent;
}
