/* The one UDP socket: all it sends reaches the virtual phone, and no other sends to it. */
#ifndef VIRTUAL_UDP_H
#define VIRTUAL_UDP_H

/* Does the library hold a socket? */
int udp_is_open(void);

#endif
