#include "wrappers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void HAL_Printf(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    fflush(stdout);
}

int HAL_Snprintf(char *str, const int len, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(str, (size_t)len, fmt, args);
    va_end(args);
    return length;
}

/* A host does not restart for its firmware. */
void HAL_Reboot(void)
{
    exit(EXIT_SUCCESS);
}
