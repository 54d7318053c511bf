#include "virtual_json.h"

#include <string.h>

int json_text(const uint8_t *json, uint32_t len, const char *prefix, char *out, uint32_t room)
{
    uint32_t prefix_len = (uint32_t)strlen(prefix);
    out[0] = '\0';
    for (uint32_t at = 0; at + prefix_len <= len; at++) {
        if (memcmp(json + at, prefix, prefix_len) != 0) {
            continue;
        }
        const uint8_t *text = json + at + prefix_len;
        const uint8_t *end = memchr(text, '"', len - at - prefix_len);
        if (end == NULL || (uint32_t)(end - text) >= room) {
            return 0;
        }
        memcpy(out, text, (size_t)(end - text));
        out[end - text] = '\0';
        return 1;
    }
    return 0;
}
