/* HAL_UDP_*: one socket, and a phone on the same network. */
#include "virtual_port.h"

#include "wrappers.h"

#include <string.h>

#define TOKEN_DIGITS 32
/* A message without an answer is repeated after this long, and so often (RFC 7252 section 4.2). */
#define REPEAT_MS 2000
#define REPEATS 3

static unsigned sockets, broadcasts;
/* Times the query is still to be sent, and when next. */
static unsigned queries_left;
static uint64_t asks_at;
/* Of the socket. Handles are never used twice, so that a stale one is found. */
static intptr_t handle = -1;
static unsigned char next_message_id;
static int answer_code;
static char answer_token[TOKEN_DIGITS + 1];

unsigned virtual_udp_sockets(void)
{
    return sockets;
}

unsigned phone_broadcasts(void)
{
    return broadcasts;
}

void phone_asks(void)
{
    queries_left = 1 + REPEATS;
    asks_at = virtual_now();
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
    if (sockets == 0 || fd != handle) {
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
    return ++handle;
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
        virtual_wait((timeout_ms + 1) / 2);
        return -3;
    }
    if (queries_left == 0 || virtual_now() < asks_at || size > length) {
        virtual_wait(timeout_ms);
        return 0;
    }
    queries_left--;
    asks_at = virtual_now() + REPEAT_MS;
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
        queries_left = 0;
        memcpy(answer_token, token, TOKEN_DIGITS);
    } else if (find(bytes, length, "\"code\":400") != NULL) {
        answer_code = 400;
        queries_left = 0;
    }
    return (int)length;
}
