#include "hal_awss_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void hal_text_escape(char *to, size_t room, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t length = 0;

    for (; *text != '\0' && room - length > 3; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte > ' ' && byte < 0x7F && byte != '%') {
            to[length++] = (char)byte;
        } else {
            to[length++] = '%';
            to[length++] = digits[byte >> 4];
            to[length++] = digits[byte & 0x0F];
        }
    }
    to[length] = '\0';
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, tolower((unsigned char)c));

    return found == NULL ? -1 : (int)(found - digits);
}

/* The byte of two hex digits, or -1. */
static int hex_byte(const char *text)
{
    int high = hex_digit(text[0]);
    int low = high < 0 ? -1 : hex_digit(text[1]);

    return low < 0 ? -1 : high << 4 | low;
}

int hal_text_unescape(char *to, size_t room, const char *text)
{
    size_t length = 0;

    while (*text != '\0') {
        int byte = (unsigned char)*text;

        if (byte == '%') {
            byte = hex_byte(text + 1);
            text += 2;
            if (byte <= 0) {
                return -1;
            }
        }
        text++;
        if (length + 1 >= room) {
            return -1;
        }
        to[length++] = (char)byte;
    }
    to[length] = '\0';
    return 0;
}

int hal_text_number(const char *word, long min, long max, long *number)
{
    char *end;

    *number = strtol(word, &end, 10);
    return end != word && *end == '\0' && *number >= min && *number <= max ? 0 : -1;
}

int hal_text_mac(const char *word, uint8_t mac[ETH_ALEN])
{
    size_t n;

    if (strlen(word) != 3 * ETH_ALEN - 1) {
        return -1;
    }
    for (n = 0; n < ETH_ALEN; n++) {
        int byte = hex_byte(&word[3 * n]);

        if (byte < 0 || (n > 0 && word[3 * n - 1] != ':')) {
            return -1;
        }
        mac[n] = (uint8_t)byte;
    }
    return 0;
}

size_t hal_text_hex(const char *text, uint8_t *to, size_t room)
{
    size_t length = strlen(text) / 2, n;

    if (strlen(text) % 2 != 0 || length > room) {
        return 0;
    }
    for (n = 0; n < length; n++) {
        int byte = hex_byte(&text[2 * n]);

        if (byte < 0) {
            return 0;
        }
        to[n] = (uint8_t)byte;
    }
    return length;
}
