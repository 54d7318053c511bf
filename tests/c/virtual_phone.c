/* HAL_UDP_*: one socket, and a phone on the same network. */
#include "virtual_port.h"

#include "wrappers.h"

#include <string.h>

#define TOKEN_DIGITS 32

unsigned virtual_tcp_connections(void);

static unsigned sockets, broadcasts;
static int is_asking;
static unsigned char next_message_id;
static int answer_code;
static char answer_token[TOKEN_DIGITS + 1];

unsigned virtual_sockets(void)
{
    return sockets + virtual_tcp_connections();
}

unsigned phone_broadcasts(void)
{
    return broadcasts;
}

void phone_asks(void)
{
    is_asking = 1;
    next_message_id++;
    answer_code = 0;
    answer_token[0] = '\0';
}

int phone_answer_code(void)
{
    return answer_code;
}

const char *phone_answer_token(void)
{
    return answer_token;
}

static void check(intptr_t fd, const char *what)
{
    rule_lock_is_free(what);
    if (sockets == 0 || fd != 0) {
        rule_broken("a UDP socket that is not open");
    }
}

intptr_t HAL_UDP_create_without_connect(const char *host, unsigned short port)
{
    (void)host;
    (void)port;
    rule_lock_is_free("HAL_UDP_create_without_connect with a mutex locked");
    if (sockets != 0) {
        rule_broken("a second UDP socket");
    }
    if (fault_hits(FAULT_UDP_CREATE)) {
        return -1;
    }
    sockets++;
    return 0;
}

int HAL_UDP_close_without_connect(intptr_t fd)
{
    check(fd, "HAL_UDP_close_without_connect with a mutex locked");
    sockets--;
    return 0;
}

int HAL_UDP_joinmulticast(intptr_t fd, char *group)
{
    check(fd, "HAL_UDP_joinmulticast with a mutex locked");
    (void)group;
    return fault_hits(FAULT_UDP_JOIN) ? -1 : 0;
}

int HAL_UDP_recvfrom(intptr_t fd, NetworkAddr *from, unsigned char *buffer, unsigned int length,
                     unsigned int timeout_ms)
{
    /* CON GET /sys/device/info/get. */
    static const char query[] = "\x44\x01\x7c\x00kkit\xb3sys\x06"
                                "device\x04info\x03get\xff{\"id\":123}";
    unsigned size = sizeof(query) - 1;

    check(fd, "HAL_UDP_recvfrom with a mutex locked");
    if (fault_hits(FAULT_UDP_RECEIVE)) {
        return -4;
    }
    if (fault_hits(FAULT_UDP_INTERRUPTED)) {
        return -3;
    }
    if (!is_asking || size > length) {
        virtual_wait(timeout_ms);
        return 0;
    }
    is_asking = 0;
    memset(from, 0, sizeof(*from));
    memcpy(from->addr, "10.0.0.100", strlen("10.0.0.100"));
    from->port = 39472;
    memcpy(buffer, query, size);
    buffer[3] = next_message_id;
    return (int)size;
}

static const char *find(const unsigned char *bytes, unsigned length, const char *text)
{
    unsigned at, size = (unsigned)strlen(text);
    for (at = 0; at + size <= length; at++) {
        if (memcmp(bytes + at, text, size) == 0) {
            return (const char *)bytes + at + size;
        }
    }
    return NULL;
}

int HAL_UDP_sendto(intptr_t fd, const NetworkAddr *to, const unsigned char *bytes,
                   unsigned int length, unsigned int timeout_ms)
{
    const char *token = find(bytes, length, "\"token\":\"");

    check(fd, "HAL_UDP_sendto with a mutex locked");
    (void)to;
    (void)timeout_ms;
    if (fault_hits(FAULT_UDP_SEND)) {
        return -1;
    }
    if (find(bytes, length, "device.info.notify") != NULL) {
        broadcasts++;
    } else if (find(bytes, length, "\"code\":200") != NULL && token != NULL) {
        answer_code = 200;
        memcpy(answer_token, token, TOKEN_DIGITS);
    } else if (find(bytes, length, "\"code\":400") != NULL) {
        answer_code = 400;
    }
    return (int)length;
}
