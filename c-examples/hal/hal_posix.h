/**
 * What a host program sets before it opens a device: the parts of this port that firmware has wired
 * in.
 */
#ifndef HAL_POSIX_H
#define HAL_POSIX_H

#include <stdint.h>

/** The key-value store is the file at `path`, which must stay valid. Default: `linkkit.kv`. */
void hal_posix_set_kv_path(const char *path);

/** TCP and TLS connect to `port` whatever they are asked for; 0 ends that. */
void hal_posix_set_port(uint16_t port);

/**
 * An environment variable: a file with the CA certificates, PEM, that TLS trusts instead of those
 * that the library gives. For a bench with a CA of its own.
 */
#define HAL_POSIX_CA_FILE "LINKKIT_HAL_CA_FILE"

#endif /* HAL_POSIX_H */
