#include "robust_check.h"

#include <stdio.h>
#include <stdlib.h>

static int failures;

static void failed(void)
{
    __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
    fflush(stdout);
}

void check(int is_true, const char *file, int line, const char *text)
{
    if (!is_true) {
        printf("@failed %s:%d: %s\n", file, line, text);
        failed();
    }
}

void check_equal(long got, long wanted, const char *file, int line, const char *text)
{
    if (got != wanted) {
        printf("@failed %s:%d: %s gives %ld, not %ld\n", file, line, text, got, wanted);
        failed();
    }
}

int check_summary(void)
{
    int count = __atomic_load_n(&failures, __ATOMIC_RELAXED);
    printf("@checked, %d failures\n", count);
    fflush(stdout);
    return count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
