/* HAL_UDP_*: one socket, whose datagrams a script gives and a trace shows. */
#include "virtual_radio.h"

#include "virtual_port.h"

#include "wrappers.h"

#include <stdio.h>
#include <string.h>

#define DATAGRAMS 8
#define DATAGRAM_MAX 600

static struct {
    NetworkAddr from;
    unsigned length;
    unsigned char bytes[DATAGRAM_MAX];
} waiting[DATAGRAMS];
static unsigned waiting_count;
/* Of the socket. Handles are never used twice, so that a stale one is found. */
static intptr_t handle = -1;
static unsigned sockets;

unsigned virtual_udp_sockets(void)
{
    return sockets;
}

static void check(intptr_t fd, const char *what)
{
    rule_lock_is_free(what);
    if (sockets == 0 || fd != handle) {
        rule_broken("a UDP socket that is not open");
    }
}

int datagram_comes(const char *address, unsigned short port, const unsigned char *bytes,
                   unsigned length)
{
    if (waiting_count == DATAGRAMS || length > DATAGRAM_MAX ||
        strlen(address) >= sizeof(waiting[0].from.addr)) {
        return 0;
    }
    memset(&waiting[waiting_count].from, 0, sizeof(waiting[0].from));
    memcpy(waiting[waiting_count].from.addr, address, strlen(address));
    waiting[waiting_count].from.port = port;
    waiting[waiting_count].length = length;
    memcpy(waiting[waiting_count].bytes, bytes, length);
    waiting_count++;
    return 1;
}

intptr_t HAL_UDP_create_without_connect(const char *host, unsigned short port)
{
    rule_lock_is_free("HAL_UDP_create_without_connect with a mutex locked");
    if (sockets != 0) {
        rule_broken("a second UDP socket");
    }
    if (fault_hits(FAULT_UDP_CREATE)) {
        return -1;
    }
    sockets++;
    trace("udp open %s:%u", host == NULL ? "*" : host, port);
    return ++handle;
}

int HAL_UDP_close_without_connect(intptr_t fd)
{
    check(fd, "HAL_UDP_close_without_connect with a mutex locked");
    sockets--;
    trace("udp close");
    return 0;
}

int HAL_UDP_joinmulticast(intptr_t fd, char *group)
{
    check(fd, "HAL_UDP_joinmulticast with a mutex locked");
    trace("udp join %s", group);
    return fault_hits(FAULT_UDP_JOIN) ? -1 : 0;
}

int HAL_UDP_recvfrom(intptr_t fd, NetworkAddr *from, unsigned char *buffer, unsigned int length,
                     unsigned int timeout_ms)
{
    unsigned size;

    check(fd, "HAL_UDP_recvfrom with a mutex locked");
    if (fault_hits(FAULT_UDP_RECEIVE)) {
        return -4;
    }
    if (fault_hits(FAULT_UDP_INTERRUPTED)) {
        virtual_wait((timeout_ms + 1) / 2);
        return -3;
    }
    if (waiting_count == 0) {
        virtual_wait(timeout_ms);
    }
    if (waiting_count == 0) {
        return 0;
    }
    size = waiting[0].length < length ? waiting[0].length : length;
    *from = waiting[0].from;
    memcpy(buffer, waiting[0].bytes, size);
    waiting_count--;
    memmove(waiting, waiting + 1, waiting_count * sizeof(waiting[0]));
    return (int)size;
}

int HAL_UDP_sendto(intptr_t fd, const NetworkAddr *to, const unsigned char *bytes,
                   unsigned int length, unsigned int timeout_ms)
{
    char hex[2 * DATAGRAM_MAX + 1] = "";
    unsigned i;

    (void)timeout_ms;
    check(fd, "HAL_UDP_sendto with a mutex locked");
    if (fault_hits(FAULT_UDP_SEND)) {
        return -1;
    }
    for (i = 0; i < length && i < DATAGRAM_MAX; i++) {
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    }
    trace("sent %s:%u %s", (const char *)to->addr, to->port, hex);
    return (int)length;
}
