#include "board/clock.h"
#include "net/network.h"
#include "wrappers.h"

#include <lwip/igmp.h>
#include <lwip/udp.h>
#include <string.h>

#define SOCKETS_MAX 2
#define QUEUE_MAX 4
#define DATAGRAM_MAX 1472 /* of an Ethernet frame; there are no fragments */
#define FAILED (-1)

typedef struct {
    ip_addr_t from;
    u16_t port;
    u16_t length;
    unsigned char data[DATAGRAM_MAX];
} datagram_t;

typedef struct {
    struct udp_pcb *pcb;
    unsigned first, count;
    datagram_t queue[QUEUE_MAX];
} socket_t;

static socket_t sockets[SOCKETS_MAX];

/* lwIP received a datagram. One that finds the queue full is lost, as UDP allows. */
static void on_datagram(void *argument, struct udp_pcb *pcb, struct pbuf *packet,
                        const ip_addr_t *from, u16_t port)
{
    socket_t *socket = argument;

    (void)pcb;
    if (socket->count < QUEUE_MAX && packet->tot_len <= DATAGRAM_MAX) {
        datagram_t *last = &socket->queue[(socket->first + socket->count) % QUEUE_MAX];

        last->from = *from;
        last->port = port;
        last->length = pbuf_copy_partial(packet, last->data, packet->tot_len, 0);
        socket->count++;
    }
    pbuf_free(packet);
}

static int bind_socket(socket_t *socket, const char *host, u16_t port)
{
    ip_addr_t local = *IP_ADDR_ANY;

    if (host != NULL && host[0] != '\0' && !ipaddr_aton(host, &local)) {
        return -1;
    }
    socket->pcb = udp_new();
    if (socket->pcb == NULL) {
        return -1;
    }
    if (udp_bind(socket->pcb, &local, port) != ERR_OK) {
        udp_remove(socket->pcb);
        socket->pcb = NULL;
        return -1;
    }
    socket->first = 0;
    socket->count = 0;
    udp_recv(socket->pcb, on_datagram, socket);
    return 0;
}

intptr_t HAL_UDP_create_without_connect(const char *host, unsigned short port)
{
    intptr_t i;

    for (i = 0; i < SOCKETS_MAX; i++) {
        if (sockets[i].pcb == NULL) {
            return bind_socket(&sockets[i], host, port) == 0 ? i : -1;
        }
    }
    return -1;
}

int HAL_UDP_close_without_connect(intptr_t sockfd)
{
    udp_remove(sockets[sockfd].pcb);
    sockets[sockfd].pcb = NULL;
    return 0;
}

int HAL_UDP_joinmulticast(intptr_t sockfd, char *p_group)
{
    ip4_addr_t group;

    (void)sockfd;
    return ip4addr_aton(p_group, &group) && igmp_joingroup(IP4_ADDR_ANY4, &group) == ERR_OK ? 0
                                                                                            : -1;
}

int HAL_UDP_recvfrom(intptr_t sockfd, NetworkAddr *p_remote, unsigned char *p_data,
                     unsigned int datalen, unsigned int timeout_ms)
{
    uint64_t start = HAL_UptimeMs();
    socket_t *socket = &sockets[sockfd];
    const datagram_t *first = &socket->queue[socket->first];

    network_poll();
    while (socket->count == 0 && HAL_UptimeMs() - start < timeout_ms) {
        clock_wait_for_tick();
        network_poll();
    }
    if (socket->count == 0) {
        return 0;
    }
    if (datalen > first->length) {
        datalen = first->length;
    }
    memcpy(p_data, first->data, datalen);
    memset(p_remote, 0, sizeof(*p_remote));
    ipaddr_ntoa_r(&first->from, (char *)p_remote->addr, sizeof(p_remote->addr));
    p_remote->port = first->port;
    socket->first = (socket->first + 1) % QUEUE_MAX;
    socket->count--;
    return (int)datalen;
}

int HAL_UDP_sendto(intptr_t sockfd, const NetworkAddr *p_remote, const unsigned char *p_data,
                   unsigned int datalen, unsigned int timeout_ms)
{
    struct pbuf *packet;
    ip_addr_t to;
    err_t status;

    (void)timeout_ms;
    if (datalen > DATAGRAM_MAX || !ipaddr_aton((const char *)p_remote->addr, &to)) {
        return FAILED;
    }
    packet = pbuf_alloc(PBUF_TRANSPORT, (u16_t)datalen, PBUF_RAM);
    if (packet == NULL) {
        return FAILED;
    }
    pbuf_take(packet, p_data, (u16_t)datalen);
    status = udp_sendto(sockets[sockfd].pcb, packet, &to, p_remote->port);
    pbuf_free(packet);
    return status == ERR_OK ? (int)datalen : FAILED;
}
