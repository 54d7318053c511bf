/**
 * The TLS session kept in the key-value store under `TLS_SESSION`, so that a reconnect, after a
 * power loss too, needs no full handshake. It holds key material, as the device secret is.
 */
#ifndef HAL_TLS_SESSION_H
#define HAL_TLS_SESSION_H

#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

/** Offers the session kept for `host` and `roots` to the server: 1, or 0 when there is none. */
int hal_tls_session_offer(mbedtls_ssl_context *ssl, const char *host,
                          const mbedtls_x509_crt *roots);

/** Keeps the session of a finished handshake. Writes to flash: for full handshakes only. */
void hal_tls_session_keep(const mbedtls_ssl_context *ssl, const char *host,
                          const mbedtls_x509_crt *roots);

/** Keeps none any more. */
void hal_tls_session_forget(void);

#endif /* HAL_TLS_SESSION_H */
