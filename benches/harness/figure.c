#include "figure.h"

#include <stdio.h>
#include <stdlib.h>

void fail(const char *why)
{
    fprintf(stderr, "bench: %s\n", why);
    exit(EXIT_FAILURE);
}

void print_figure(const char *name, double value, const char *unit)
{
    printf("\n%s %.6g %s\n", name, value, unit);
    fflush(stdout);
}
