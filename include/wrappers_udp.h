/**
 * UDP: what the firmware provides.
 */
#ifndef _WRAPPERS_UDP_H_
#define _WRAPPERS_UDP_H_

#include "wrappers_defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Binds `port` on the address `host`, NULL for any; the socket may broadcast. -1 on failure. */
intptr_t HAL_UDP_create_without_connect(const char *host, unsigned short port);

/** Closes. */
int HAL_UDP_close_without_connect(intptr_t sockfd);

/** Joins the multicast group `p_group`, dotted text. Negative on failure, for one while no route.
 */
int HAL_UDP_joinmulticast(intptr_t sockfd, char *p_group);

/** Waits `timeout_ms` for a datagram. Bytes, 0 at the timeout, -3 interrupted, -1 or -4 on an
 * error. */
int HAL_UDP_recvfrom(intptr_t sockfd, NetworkAddr *p_remote, unsigned char *p_data,
                     unsigned int datalen, unsigned int timeout_ms);

/** Sends a datagram. Bytes, 0 at the timeout, negative on an error. */
int HAL_UDP_sendto(intptr_t sockfd, const NetworkAddr *p_remote, const unsigned char *p_data,
                   unsigned int datalen, unsigned int timeout_ms);

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_UDP_H_ */
