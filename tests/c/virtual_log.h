/* HAL_Printf as a sink that counts. */
#ifndef VIRTUAL_LOG_H
#define VIRTUAL_LOG_H

#include <stdint.h>

struct log_counts {
    uint32_t lines;
    uint32_t errors;
    uint32_t warnings;
};

const struct log_counts *log_counts(void);

/* Lines with [err] or [wrn] so far. */
uint32_t log_complaints(void);

/* The last line with [err], cut to 159 bytes; "" before the first. */
const char *log_last_error(void);

/* Gets every line as printed; NULL: nobody. */
void log_echo(void (*echo)(const char *line));

#endif
