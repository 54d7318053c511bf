/**
 * What a host program sets before it opens a device: the parts of this port that firmware has wired
 * in.
 */
#ifndef HAL_POSIX_H
#define HAL_POSIX_H

#include <stdint.h>

/** The key-value store is the file at `path`, which must stay valid. Default: `linkkit.kv`. */
void hal_posix_set_kv_path(const char *path);

/**
 * TCP and TLS connect to `host` at port `to` where they are asked for port `from`: for an MQTT
 * server that listens elsewhere, as the library has no option for its port. Other hosts and other
 * ports, such as those of files and of the auth server, stay as they are. There is one such rule,
 * the last one given; `host` must stay valid.
 */
void hal_posix_redirect(const char *host, uint16_t from, uint16_t to);

/**
 * An environment variable: a file with the CA certificates, PEM, that TLS trusts instead of those
 * that the library gives. For a bench with a CA of its own.
 */
#define HAL_POSIX_CA_FILE "LINKKIT_HAL_CA_FILE"

#endif /* HAL_POSIX_H */
