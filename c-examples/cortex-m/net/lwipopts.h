/**
 * lwIP for one thread: UDP over IPv4 with a static address. MQTT goes over a UART.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TCP 0
#define LWIP_DHCP 0
#define LWIP_IGMP 1
#define LWIP_SINGLE_NETIF 1
#define LWIP_STATS 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0

#define MEM_ALIGNMENT 4
#define MEM_SIZE 8192
#define PBUF_POOL_SIZE 8
#define MEMP_NUM_UDP_PCB 2

#endif /* LWIPOPTS_H */
