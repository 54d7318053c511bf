#include "hal_tls_reason.h"

#include "wrappers_os.h"

#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/x509.h>
#include <stddef.h>
#include <stdint.h>

int hal_tls_is_network_error(int status)
{
    return status == MBEDTLS_ERR_SSL_TIMEOUT || status == MBEDTLS_ERR_SSL_CONN_EOF ||
           status == MBEDTLS_ERR_NET_CONN_RESET || status == MBEDTLS_ERR_NET_RECV_FAILED ||
           status == MBEDTLS_ERR_NET_SEND_FAILED;
}

static const char *network_reason(int status)
{
    switch (status) {
    case MBEDTLS_ERR_SSL_TIMEOUT:
        return "the handshake timed out";
    case MBEDTLS_ERR_SSL_CONN_EOF:
        return "the server closed in the handshake";
    default:
        return "the connection broke in the handshake";
    }
}

static void print_certificate_reasons(uint32_t flags)
{
    static const struct {
        uint32_t flag;
        const char *reason;
    } REASONS[] = {
        {MBEDTLS_X509_BADCERT_EXPIRED, "it has expired, or the clock is wrong"},
        {MBEDTLS_X509_BADCERT_FUTURE, "it is not valid yet, or the clock is wrong"},
        {MBEDTLS_X509_BADCERT_CN_MISMATCH, "it is made for another host name"},
        {MBEDTLS_X509_BADCERT_NOT_TRUSTED, "it is not signed by a trusted CA"},
    };
    uint32_t left = flags;
    size_t i;

    for (i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++) {
        if (flags & REASONS[i].flag) {
            HAL_Printf("TLS: certificate error: %s\r\n", REASONS[i].reason);
            left &= ~REASONS[i].flag;
        }
    }
    if (left != 0) {
        char text[256];

        mbedtls_x509_crt_verify_info(text, sizeof(text), "TLS: certificate error: ", left);
        HAL_Printf("%s\r\n", text);
    }
}

static void print_session_reason(const mbedtls_ssl_context *ssl, int status)
{
    int alert = status == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE ? ssl->in_msg[1] : -1;
    char text[128];

    if (status == MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION ||
        alert == MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION) {
        HAL_Printf("%s", "TLS: session error: the server has no TLS 1.2\r\n");
    } else if (alert >= 0) {
        HAL_Printf("TLS: session error: the server refused with alert %d\r\n", alert);
    } else {
        mbedtls_strerror(status, text, sizeof(text));
        HAL_Printf("TLS: session error: -0x%04x %s\r\n", (unsigned)-status, text);
    }
}

void hal_tls_print_reason(const mbedtls_ssl_context *ssl, int status)
{
    if (hal_tls_is_network_error(status)) {
        HAL_Printf("TLS: network error: %s\r\n", network_reason(status));
    } else if (status == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
        uint32_t flags = mbedtls_ssl_get_verify_result(ssl);

        HAL_Printf("certificate verification result: 0x%02x\r\n", (unsigned)flags);
        print_certificate_reasons(flags);
    } else {
        print_session_reason(ssl, status);
    }
}
