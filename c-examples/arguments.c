#include "arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void argument_text(char *to, size_t room, const char *from, const char *option)
{
    if (strlen(from) >= room) {
        fprintf(stderr, "--%s takes at most %u characters\n", option, (unsigned)room - 1);
        exit(EXIT_FAILURE);
    }
    strcpy(to, from);
}

long argument_number(const char *text, long max, const char *option)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (end == text || *end != '\0' || value < 0 || value > max) {
        fprintf(stderr, "--%s takes a number from 0 to %ld\n", option, max);
        exit(EXIT_FAILURE);
    }
    return value;
}
