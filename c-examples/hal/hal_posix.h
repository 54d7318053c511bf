/**
 * What a host program sets before it opens a device: the parts of this port that firmware has wired
 * in.
 */
#ifndef HAL_POSIX_H
#define HAL_POSIX_H

#include <stdint.h>

/** The key-value store is the file at `path`, which must stay valid. Default: `linkkit.kv`. */
void hal_posix_set_kv_path(const char *path);

/** `HAL_TCP_Establish` connects to `port` whatever it is asked for; 0 ends that. */
void hal_posix_set_tcp_port(uint16_t port);

#endif /* HAL_POSIX_H */
