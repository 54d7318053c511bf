/**
 * TLS: what the firmware provides for an archive with the feature `tls`, in place of TCP.
 */
#ifndef _WRAPPERS_TLS_H_
#define _WRAPPERS_TLS_H_

#include "wrappers_defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Resolves `host`, connects, shakes hands and checks that the certificate is of `host` and signed
 * below `ca_crt`: PEM, whose length `ca_crt_len` counts its NUL. May block for many seconds, but
 * not for ever: `IOT_Linkkit_Connect` waits for it. A handle, 0 on failure. The library learns no
 * more than that: print why.
 */
uintptr_t HAL_SSL_Establish(const char *host, uint16_t port, const char *ca_crt,
                            uint32_t ca_crt_len);

/** Closes and frees; the library does not look at the result. */
int32_t HAL_SSL_Destroy(uintptr_t handle);

/**
 * Waits until `len` bytes are in `buf` or `timeout_ms` (never 0) is over. Bytes got, 0 at the
 * timeout, -2 when the peer has closed, -1 on an error; bytes first, the error with the next call.
 * A port that gives 0 for a closed connection has it found out by a ping. Another task may be in
 * `HAL_SSL_Write` on the same handle, and must not have to wait for this call.
 */
int HAL_SSL_Read(uintptr_t handle, char *buf, int len, int timeout_ms);

/** Bytes written, fewer than `len` at the timeout, -1 on an error. */
int HAL_SSL_Write(uintptr_t handle, const char *buf, int len, int timeout_ms);

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_TLS_H_ */
