/**
 * The IPv4 network: lwIP on the Ethernet controller.
 */
#ifndef NET_NETWORK_H
#define NET_NETWORK_H

/** Brings the network up with the addresses of `device_config.h`: 0, or -1: no Ethernet. */
int network_start(void);

/**
 * Hands received frames to lwIP and runs its timers. Everything that waits calls it: nobody else
 * does. Does not block.
 */
void network_poll(void);

#endif /* NET_NETWORK_H */
