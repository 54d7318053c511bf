/**
 * What TCP and TLS of this port have in common.
 */
#ifndef HAL_SOCKET_H
#define HAL_SOCKET_H

#include <stdint.h>

/**
 * Resolves `host` and connects to its IPv4 address within `timeout_ms`, not counting the time that
 * the resolver takes. A socket that does not block; -1 on failure, with a line that says why.
 */
int hal_socket_connect(const char *host, uint16_t port, uint32_t timeout_ms);

/** Waits for `events` of poll(): 1 when they are there, 0 at `deadline` (of `HAL_UptimeMs`), -1. */
int hal_socket_wait(int fd, short events, uint64_t deadline);

#endif /* HAL_SOCKET_H */
