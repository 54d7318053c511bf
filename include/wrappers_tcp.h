/**
 * TCP: what the firmware provides for an archive without the feature `tls`.
 */
#ifndef _WRAPPERS_TCP_H_
#define _WRAPPERS_TCP_H_

#include "wrappers_defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Resolves `host` and connects; may block for seconds. `(uintptr_t)-1` on failure; 0 is a handle.
 */
uintptr_t HAL_TCP_Establish(const char *host, uint16_t port);

/** Closes. 0, or -1 when the connection was dead. */
int HAL_TCP_Destroy(uintptr_t fd);

/**
 * Waits until `len` bytes are in `buf` or `timeout_ms` is over. Bytes got, 0 at the timeout, -1
 * when the peer has closed, -2 on an error; bytes first, the error with the next call.
 */
int32_t HAL_TCP_Read(uintptr_t fd, char *buf, uint32_t len, uint32_t timeout_ms);

/** Bytes written, fewer than `len` at the timeout, -1 on an error. */
int32_t HAL_TCP_Write(uintptr_t fd, const char *buf, uint32_t len, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_TCP_H_ */
