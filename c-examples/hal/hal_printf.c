#include "dm_wrapper.h"

#include <stdarg.h>
#include <stdio.h>

void HAL_Printf(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    fflush(stdout);
}

int HAL_Vsnprintf(char *str, const int len, const char *format, va_list ap)
{
    return vsnprintf(str, (size_t)len, format, ap);
}

int HAL_Snprintf(char *str, const int len, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = HAL_Vsnprintf(str, len, fmt, args);
    va_end(args);
    return length;
}
