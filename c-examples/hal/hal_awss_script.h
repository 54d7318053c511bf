/**
 * Scripts: one command per line.
 */
#ifndef HAL_AWSS_SCRIPT_H
#define HAL_AWSS_SCRIPT_H

#include <stdio.h>

/** Runs each line until the end of `file`. `name`: for error lines. */
void hal_script_run(FILE *file, const char *name);

#endif /* HAL_AWSS_SCRIPT_H */
