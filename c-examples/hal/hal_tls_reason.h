/**
 * Why a handshake failed, in words: network, session and certificate errors told apart.
 */
#ifndef HAL_TLS_REASON_H
#define HAL_TLS_REASON_H

#include <mbedtls/ssl.h>

/** The connection is to blame for `status`, not what the server said. */
int hal_tls_is_network_error(int status);

/** Prints why the handshake ended with `status`. */
void hal_tls_print_reason(const mbedtls_ssl_context *ssl, int status);

#endif /* HAL_TLS_REASON_H */
