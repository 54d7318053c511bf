#include "virtual_log.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "virtual_check.h"
#include "wrappers.h"

static struct log_counts counts;
static char last_error[160];
static void (*echo_to)(const char *line);

const struct log_counts *log_counts(void)
{
    return &counts;
}

uint32_t log_complaints(void)
{
    return counts.errors + counts.warnings;
}

const char *log_last_error(void)
{
    return last_error;
}

void log_echo(void (*echo)(const char *line))
{
    echo_to = echo;
}

static void count(const char *line)
{
    counts.lines++;
    if (strstr(line, "[err]") != NULL) {
        counts.errors++;
        strncpy(last_error, line, sizeof last_error - 1);
    } else if (strstr(line, "[wrn]") != NULL) {
        counts.warnings++;
    }
    if (echo_to != NULL) {
        echo_to(line);
    }
}

void HAL_Printf(const char *fmt, ...)
{
    va_list arguments;
    if (strcmp(fmt, "%s") != 0) {
        violation("HAL_Printf with another format than %s");
        return;
    }
    va_start(arguments, fmt);
    count(va_arg(arguments, const char *));
    va_end(arguments);
}
