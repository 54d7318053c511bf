/*
 * TLS 1.2 over mbedTLS 2.28. The server's certificate must be of the host and signed below the
 * roots.
 */
#define _POSIX_C_SOURCE 200809L

#include "hal_posix.h"
#include "hal_socket.h"
#include "hal_tls_reason.h"
#include "hal_tls_session.h"
#include "wrappers_os.h"
#include "wrappers_tls.h"

#include <errno.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define FAILED (-1)
#define CLOSED (-2)

#define CONNECT_TIMEOUT_MS 10000
#define HANDSHAKE_TIMEOUT_MS 10000

typedef struct {
    int fd;
    /* mbedTLS lets one thread at a time into a context. Nobody waits for the network in here. */
    pthread_mutex_t lock;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt roots;
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    /* A session resumed shows no certificate. */
    int saw_certificate;
} tls_t;

static int send_some(void *context, const unsigned char *bytes, size_t length)
{
    ssize_t sent = send(*(int *)context, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent >= 0) {
        return (int)sent;
    }
    if (errno == EAGAIN || errno == EINTR) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    return errno == EPIPE || errno == ECONNRESET ? MBEDTLS_ERR_NET_CONN_RESET
                                                 : MBEDTLS_ERR_NET_SEND_FAILED;
}

static int receive_some(void *context, unsigned char *bytes, size_t length)
{
    ssize_t received = recv(*(int *)context, bytes, length, MSG_DONTWAIT);

    if (received >= 0) {
        return (int)received;
    }
    if (errno == EAGAIN || errno == EINTR) {
        return MBEDTLS_ERR_SSL_WANT_READ;
    }
    return errno == ECONNRESET ? MBEDTLS_ERR_NET_CONN_RESET : MBEDTLS_ERR_NET_RECV_FAILED;
}

static int note_certificate(void *context, mbedtls_x509_crt *certificate, int depth,
                            uint32_t *flags)
{
    tls_t *tls = context;

    (void)certificate;
    (void)depth;
    (void)flags;
    if (!tls->saw_certificate) {
        HAL_Printf("%s", "Verifying peer X.509 certificate..\r\n");
    }
    tls->saw_certificate = 1;
    return 0;
}

/* The roots given, or those of a bench. */
static int load_roots(tls_t *tls, const char *ca_crt, uint32_t ca_crt_len)
{
    const char *file = getenv(HAL_POSIX_CA_FILE);
    int status;

    HAL_Printf("%s", "Loading the CA root certificate ...\r\n");
    if (file != NULL) {
        status = mbedtls_x509_crt_parse_file(&tls->roots, file);
    } else {
        status = mbedtls_x509_crt_parse(&tls->roots, (const unsigned char *)ca_crt, ca_crt_len);
    }
    if (status < 0) {
        HAL_Printf("TLS: certificate error: no CA in %s: -0x%04x\r\n",
                   file != NULL ? file : "the bundle", (unsigned)-status);
    }
    return status < 0 ? status : 0;
}

static int configure(tls_t *tls, const char *host)
{
    int status = mbedtls_ctr_drbg_seed(&tls->random, mbedtls_entropy_func, &tls->entropy, NULL, 0);

    if (status == 0) {
        status =
            mbedtls_ssl_config_defaults(&tls->config, MBEDTLS_SSL_IS_CLIENT,
                                        MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    }
    if (status == 0) {
        mbedtls_ssl_conf_min_version(&tls->config, MBEDTLS_SSL_MAJOR_VERSION_3,
                                     MBEDTLS_SSL_MINOR_VERSION_3);
        mbedtls_ssl_conf_authmode(&tls->config, MBEDTLS_SSL_VERIFY_REQUIRED);
        mbedtls_ssl_conf_verify(&tls->config, note_certificate, tls);
        mbedtls_ssl_conf_ca_chain(&tls->config, &tls->roots, NULL);
        mbedtls_ssl_conf_rng(&tls->config, mbedtls_ctr_drbg_random, &tls->random);
        status = mbedtls_ssl_setup(&tls->ssl, &tls->config);
    }
    if (status == 0) {
        status = mbedtls_ssl_set_hostname(&tls->ssl, host);
        mbedtls_ssl_set_bio(&tls->ssl, &tls->fd, send_some, receive_some, NULL);
    }
    if (status != 0) {
        HAL_Printf("TLS: cannot set up: -0x%04x\r\n", (unsigned)-status);
    }
    return status;
}

/* Waits for what the last call of mbedTLS wants: 1 it is there, 0 timeout or not the network. */
static int wait_for_wish(const tls_t *tls, int status, uint64_t deadline)
{
    if (status == MBEDTLS_ERR_SSL_WANT_READ) {
        return hal_socket_wait(tls->fd, POLLIN, deadline) != 0;
    }
    return status == MBEDTLS_ERR_SSL_WANT_WRITE && hal_socket_wait(tls->fd, POLLOUT, deadline) != 0;
}

static int is_wish(int status)
{
    return status == MBEDTLS_ERR_SSL_WANT_READ || status == MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int shake_hands(tls_t *tls, const char *host)
{
    uint64_t deadline = HAL_UptimeMs() + HANDSHAKE_TIMEOUT_MS;
    int offered = hal_tls_session_offer(&tls->ssl, host, &tls->roots);
    int status;

    HAL_Printf("%s", "Performing the SSL/TLS handshake...\r\n");
    do {
        status = mbedtls_ssl_handshake(&tls->ssl);
    } while (HAL_UptimeMs() < deadline && wait_for_wish(tls, status, deadline));
    if (is_wish(status)) {
        status = MBEDTLS_ERR_SSL_TIMEOUT;
    }
    if (status != 0) {
        hal_tls_print_reason(&tls->ssl, status);
        if (offered && !hal_tls_is_network_error(status)) {
            hal_tls_session_forget();
        }
        return status;
    }
    if (tls->saw_certificate) {
        HAL_Printf("certificate verification result: 0x%02x\r\n",
                   (unsigned)mbedtls_ssl_get_verify_result(&tls->ssl));
        hal_tls_session_keep(&tls->ssl, host, &tls->roots);
    }
    HAL_Printf("TLS: session %s, %s %s\r\n", tls->saw_certificate ? "new" : "resumed",
               mbedtls_ssl_get_version(&tls->ssl), mbedtls_ssl_get_ciphersuite(&tls->ssl));
    return 0;
}

static tls_t *create(void)
{
    tls_t *tls = calloc(1, sizeof(*tls));

    if (tls == NULL || pthread_mutex_init(&tls->lock, NULL) != 0) {
        free(tls);
        return NULL;
    }
    tls->fd = -1;
    mbedtls_entropy_init(&tls->entropy);
    mbedtls_ctr_drbg_init(&tls->random);
    mbedtls_x509_crt_init(&tls->roots);
    mbedtls_ssl_config_init(&tls->config);
    mbedtls_ssl_init(&tls->ssl);
    return tls;
}

static void destroy(tls_t *tls)
{
    mbedtls_ssl_free(&tls->ssl);
    mbedtls_ssl_config_free(&tls->config);
    mbedtls_x509_crt_free(&tls->roots);
    mbedtls_ctr_drbg_free(&tls->random);
    mbedtls_entropy_free(&tls->entropy);
    if (tls->fd >= 0) {
        close(tls->fd);
    }
    pthread_mutex_destroy(&tls->lock);
    free(tls);
}

static int establish(tls_t *tls, const char *host, uint16_t port, const char *ca_crt,
                     uint32_t ca_crt_len)
{
    if (load_roots(tls, ca_crt, ca_crt_len) != 0 || configure(tls, host) != 0) {
        return -1;
    }
    tls->fd = hal_socket_connect(host, port, CONNECT_TIMEOUT_MS);
    return tls->fd < 0 ? -1 : shake_hands(tls, host);
}

uintptr_t HAL_SSL_Establish(const char *host, uint16_t port, const char *ca_crt,
                            uint32_t ca_crt_len)
{
    tls_t *tls = create();

    if (tls != NULL && establish(tls, host, port, ca_crt, ca_crt_len) != 0) {
        destroy(tls);
        tls = NULL;
    }
    return (uintptr_t)tls;
}

int32_t HAL_SSL_Destroy(uintptr_t handle)
{
    tls_t *tls = (tls_t *)handle;

    if (tls != NULL) {
        /* A peer that takes no more bytes does without. */
        mbedtls_ssl_close_notify(&tls->ssl);
        destroy(tls);
    }
    return 0;
}

int HAL_SSL_Read(uintptr_t handle, char *buf, int len, int timeout_ms)
{
    tls_t *tls = (tls_t *)handle;
    uint64_t deadline = HAL_UptimeMs() + (uint64_t)timeout_ms;
    int got = 0;
    int status = 0;

    while (got < len) {
        pthread_mutex_lock(&tls->lock);
        status = mbedtls_ssl_read(&tls->ssl, (unsigned char *)buf + got, (size_t)(len - got));
        pthread_mutex_unlock(&tls->lock);
        if (status > 0) {
            got += status;
        } else if (!wait_for_wish(tls, status, deadline)) {
            break;
        }
    }
    if (got > 0 || is_wish(status)) {
        return got;
    }
    return status == 0 || status == MBEDTLS_ERR_SSL_CONN_EOF ||
                   status == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY
               ? CLOSED
               : FAILED;
}

int HAL_SSL_Write(uintptr_t handle, const char *buf, int len, int timeout_ms)
{
    tls_t *tls = (tls_t *)handle;
    uint64_t deadline = HAL_UptimeMs() + (uint64_t)timeout_ms;
    int done = 0;

    while (done < len) {
        int status;

        pthread_mutex_lock(&tls->lock);
        status =
            mbedtls_ssl_write(&tls->ssl, (const unsigned char *)buf + done, (size_t)(len - done));
        pthread_mutex_unlock(&tls->lock);
        if (status > 0) {
            done += status;
        } else if (!wait_for_wish(tls, status, deadline)) {
            return is_wish(status) ? done : FAILED;
        }
    }
    return done;
}
