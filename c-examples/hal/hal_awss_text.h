/**
 * Words of a script. Those that read give 0, or -1 for one that is malformed.
 */
#ifndef HAL_AWSS_TEXT_H
#define HAL_AWSS_TEXT_H

#include "infra_defs.h"

/** Writes `text` as one word of printable ASCII, %XX for any other byte; cut where room ends. */
void hal_text_escape(char *to, size_t room, const char *text);

/** The opposite. `room` counts the NUL; -1 also for one too long, and for %00. */
int hal_text_unescape(char *to, size_t room, const char *text);

/** A decimal number from `min` to `max`. */
int hal_text_number(const char *text, long min, long max, long *number);

/** Six pairs of hex digits with colons. */
int hal_text_mac(const char *text, uint8_t mac[ETH_ALEN]);

/** Pairs of hex digits. The number of bytes, 0 also when they are malformed or have no room. */
size_t hal_text_hex(const char *text, uint8_t *to, size_t room);

#endif /* HAL_AWSS_TEXT_H */
