#include "network.h"

#include "board/lan9118.h"
#include "device_config.h"
#include "wrappers.h"

#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include <stdlib.h>

#define MTU 1500

static struct netif ethernet;
static uint32_t frame[(LAN9118_FRAME_MAX + 3) / 4];

u32_t sys_now(void)
{
    return (u32_t)HAL_UptimeMs();
}

static err_t send(struct netif *netif, struct pbuf *packet)
{
    (void)netif;
    if (packet->tot_len > LAN9118_FRAME_MAX) {
        return ERR_BUF;
    }
    pbuf_copy_partial(packet, frame, packet->tot_len, 0);
    return lan9118_send(frame, packet->tot_len) == 0 ? ERR_OK : ERR_MEM;
}

static void read_mac(uint8_t mac[6])
{
    const char *text = DEVICE_MAC;
    int i;

    for (i = 0; i < 6; i++) {
        mac[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
    }
}

static err_t set_up(struct netif *netif)
{
    read_mac(netif->hwaddr);
    netif->hwaddr_len = sizeof(netif->hwaddr);
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->mtu = MTU;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                   NETIF_FLAG_IGMP | NETIF_FLAG_LINK_UP;
    netif->output = etharp_output;
    netif->linkoutput = send;
    return lan9118_open(netif->hwaddr) == 0 ? ERR_OK : ERR_IF;
}

int network_start(void)
{
    ip4_addr_t ip, netmask, gateway;

    lwip_init();
    if (!ip4addr_aton(DEVICE_IP, &ip) || !ip4addr_aton(DEVICE_NETMASK, &netmask) ||
        !ip4addr_aton(DEVICE_GATEWAY, &gateway) ||
        netif_add(&ethernet, &ip, &netmask, &gateway, NULL, set_up, ethernet_input) == NULL) {
        return -1;
    }
    netif_set_default(&ethernet);
    netif_set_up(&ethernet);
    return 0;
}

void network_poll(void)
{
    uint32_t length;

    while ((length = lan9118_receive(frame)) > 0) {
        struct pbuf *packet = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);

        /* Without memory the frame is lost, as on a busy network. */
        if (packet != NULL) {
            pbuf_take(packet, frame, (u16_t)length);
            if (ethernet.input(packet, &ethernet) != ERR_OK) {
                pbuf_free(packet);
            }
        }
    }
    sys_check_timeouts();
}
