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
 * The MQTT server `host` listens at `port`, not at the cloud's, which the library asks for: TCP and
 * TLS connect to `host` there where they are asked for 443, without TLS 1883. Other hosts and other
 * ports, such as those of files and of the auth server, stay as they are. Only the last call
 * counts; `host` must stay valid.
 */
void hal_posix_set_mqtt_port(const char *host, uint16_t port);

/**
 * An environment variable: a file with the CA certificates, PEM, that TLS trusts instead of those
 * that the library gives. For a bench with a CA of its own.
 */
#define HAL_POSIX_CA_FILE "LINKKIT_HAL_CA_FILE"

#endif /* HAL_POSIX_H */
