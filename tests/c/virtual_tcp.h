/* The one TCP connection, to the virtual broker. */
#ifndef VIRTUAL_TCP_H
#define VIRTUAL_TCP_H

#include <stdint.h>

/* The broker's side: bytes for the library. */
void tcp_deliver(const uint8_t *bytes, uint32_t len);

/* The broker's side: closes. What was delivered can still be read. */
void tcp_hang_up(void);

/* Does the library hold a connection? */
int tcp_is_open(void);

#endif
