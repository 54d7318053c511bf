#include <string.h>

#include "virtual_check.h"
#include "virtual_clock.h"
#include "virtual_fault.h"
#include "virtual_mutex.h"
#include "virtual_phone.h"
#include "virtual_udp.h"
#include "wrappers.h"

#define HANDLE 0
#define COAP_PORT 5683
#define PHONE_ADDRESS "10.0.0.7"

static int is_open, is_joined;

int udp_is_open(void)
{
    return is_open;
}

static void check_handle(intptr_t sockfd)
{
    if (!is_open || sockfd != HANDLE) {
        violation("a UDP handle that is not open");
    }
}

intptr_t HAL_UDP_create_without_connect(const char *host, unsigned short port)
{
    mutex_must_be_free("HAL_UDP_create_without_connect with a lock held");
    if (is_open || host != NULL || port != COAP_PORT) {
        violation("another UDP socket than the one for CoAP");
    }
    if (fault_strikes(FAULT_UDP_CREATE)) {
        return -1;
    }
    is_open = 1;
    is_joined = 0;
    return HANDLE;
}

int HAL_UDP_close_without_connect(intptr_t sockfd)
{
    mutex_must_be_free("HAL_UDP_close_without_connect with a lock held");
    check_handle(sockfd);
    is_open = 0;
    return 0;
}

int HAL_UDP_joinmulticast(intptr_t sockfd, char *p_group)
{
    mutex_must_be_free("HAL_UDP_joinmulticast with a lock held");
    check_handle(sockfd);
    if (is_joined || strcmp(p_group, "224.0.1.187") != 0) {
        violation("HAL_UDP_joinmulticast of another group, or twice");
    }
    if (fault_strikes(FAULT_UDP_JOIN)) {
        return -1;
    }
    is_joined = 1;
    return 0;
}

int HAL_UDP_recvfrom(intptr_t sockfd, NetworkAddr *p_remote, unsigned char *p_data,
                     unsigned int datalen, unsigned int timeout_ms)
{
    uint32_t len;
    mutex_must_be_free("HAL_UDP_recvfrom with a lock held");
    check_handle(sockfd);
    if (fault_strikes(FAULT_UDP_RECEIVE)) {
        return -4;
    }
    if (fault_strikes(FAULT_UDP_INTERRUPTED)) {
        clock_advance(1);
        return -3;
    }
    len = phone_send(p_data, datalen);
    if (len == 0) {
        clock_advance(timeout_ms);
        return 0;
    }
    strcpy((char *)p_remote->addr, PHONE_ADDRESS);
    p_remote->port = COAP_PORT;
    return (int)len;
}

int HAL_UDP_sendto(intptr_t sockfd, const NetworkAddr *p_remote, const unsigned char *p_data,
                   unsigned int datalen, unsigned int timeout_ms)
{
    (void)timeout_ms;
    mutex_must_be_free("HAL_UDP_sendto with a lock held");
    check_handle(sockfd);
    if (p_remote->port != COAP_PORT) {
        violation("a datagram to nowhere");
    }
    if (fault_strikes(FAULT_UDP_SEND)) {
        return -1;
    }
    phone_receive(p_data, datalen);
    return (int)datalen;
}
