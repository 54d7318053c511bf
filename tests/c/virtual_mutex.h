/* Mutexes without threads: whoever would wait, would wait for ever. */
#ifndef VIRTUAL_MUTEX_H
#define VIRTUAL_MUTEX_H

#include <stdint.h>

/* Created and not destroyed. */
uint32_t mutex_live(void);

/* Locked now. */
uint32_t mutex_held(void);

/* A violation, `what`, when one is locked. For calls that block, and for callbacks. */
void mutex_must_be_free(const char *what);

#endif
