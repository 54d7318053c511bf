/* What the library did to the virtual port that it must never do. */
#ifndef VIRTUAL_CHECK_H
#define VIRTUAL_CHECK_H

#include <stdint.h>

/* Records one; `what` stays valid. The run goes on. */
void violation(const char *what);

/* How many so far. */
uint32_t violations(void);

/* The first of them, NULL when there is none. */
const char *violation_first(void);

#endif
