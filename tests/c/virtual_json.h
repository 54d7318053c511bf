/* As much JSON as the virtual cloud and phone need. */
#ifndef VIRTUAL_JSON_H
#define VIRTUAL_JSON_H

#include <stdint.h>

/* Copies the text that follows `prefix` up to the next quotation mark, as in "\"id\":\"". 0 when
 * `prefix` is not there or the text does not fit `room` with its NUL; `out` is "" then. */
int json_text(const uint8_t *json, uint32_t len, const char *prefix, char *out, uint32_t room);

#endif
