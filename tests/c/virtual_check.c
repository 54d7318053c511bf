#include "virtual_check.h"

#include <stddef.h>

static uint32_t count;
static const char *first;

void violation(const char *what)
{
    if (count++ == 0) {
        first = what;
    }
}

uint32_t violations(void)
{
    return count;
}

const char *violation_first(void)
{
    return first;
}
