#include "board/uart.h"
#include "wrappers.h"

#include <stdio.h>

#define LINE_MAX 1024

/* A longer line is cut. */
void HAL_Printf(const char *fmt, ...)
{
    static char line[LINE_MAX];
    va_list arguments;

    va_start(arguments, fmt);
    vsnprintf(line, sizeof(line), fmt, arguments);
    va_end(arguments);
    uart_print(line);
}
