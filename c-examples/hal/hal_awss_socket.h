/**
 * Connections to the script's socket.
 */
#ifndef HAL_AWSS_SOCKET_H
#define HAL_AWSS_SOCKET_H

#include "wrappers_awss.h"

/** Writes `sent TYPE HEX` to all who are connected; one that does not read is disconnected. */
void hal_awss_tell_sent(enum HAL_Awss_Frame_Type type, const uint8_t *frame, int length);

#endif /* HAL_AWSS_SOCKET_H */
