#include "hal_tls_session.h"

#include "wrappers_kv.h"
#include "wrappers_os.h"

#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>
#include <string.h>

#define KEY "TLS_SESSION"
#define OWNER_LEN 32
/* The owner, then what mbedTLS makes of a session: ticket, keys and the server's certificate. */
#define RECORD_MAX 4096

/* A session resumed is a certificate not checked again: it is for the host and the roots with which
 * the certificate was checked, and for no other. */
static int owner_of(const char *host, const mbedtls_x509_crt *roots, unsigned char owner[OWNER_LEN])
{
    mbedtls_sha256_context hash;
    int status;

    mbedtls_sha256_init(&hash);
    status = mbedtls_sha256_starts_ret(&hash, 0);
    if (status == 0) {
        status = mbedtls_sha256_update_ret(&hash, (const unsigned char *)host, strlen(host) + 1);
    }
    for (; status == 0 && roots != NULL; roots = roots->next) {
        status = mbedtls_sha256_update_ret(&hash, roots->raw.p, roots->raw.len);
    }
    if (status == 0) {
        status = mbedtls_sha256_finish_ret(&hash, owner);
    }
    mbedtls_sha256_free(&hash);
    return status;
}

int hal_tls_session_offer(mbedtls_ssl_context *ssl, const char *host, const mbedtls_x509_crt *roots)
{
    unsigned char owner[OWNER_LEN], record[RECORD_MAX];
    mbedtls_ssl_session session;
    int length = sizeof(record);
    int offered = 0;

    if (owner_of(host, roots, owner) != 0 || HAL_Kv_Get(KEY, record, &length) != 0) {
        return 0;
    }
    mbedtls_ssl_session_init(&session);
    if (length > OWNER_LEN && memcmp(record, owner, OWNER_LEN) == 0) {
        offered = mbedtls_ssl_session_load(&session, record + OWNER_LEN,
                                           (size_t)(length - OWNER_LEN)) == 0 &&
                  mbedtls_ssl_set_session(ssl, &session) == 0;
    }
    mbedtls_ssl_session_free(&session);
    mbedtls_platform_zeroize(record, sizeof(record));
    return offered;
}

void hal_tls_session_keep(const mbedtls_ssl_context *ssl, const char *host,
                          const mbedtls_x509_crt *roots)
{
    const mbedtls_ssl_session *session = mbedtls_ssl_get_session_pointer(ssl);
    unsigned char record[RECORD_MAX];
    size_t length = 0;

    if (session == NULL || owner_of(host, roots, record) != 0 ||
        mbedtls_ssl_session_save(session, record + OWNER_LEN, sizeof(record) - OWNER_LEN,
                                 &length) != 0 ||
        HAL_Kv_Set(KEY, record, (int)(OWNER_LEN + length), 1) != 0) {
        HAL_Printf("%s", "TLS: session not kept, the next handshake is a full one\r\n");
    }
    mbedtls_platform_zeroize(record, sizeof(record));
}

void hal_tls_session_forget(void)
{
    if (HAL_Kv_Del(KEY) != 0) {
        HAL_Printf("%s", "TLS: the kept session cannot be removed\r\n");
    }
}
