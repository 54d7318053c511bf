#define _POSIX_C_SOURCE 200809L
#include "rate.h"

#include <stdio.h>
#include <time.h>

#include "figure.h"

#define SECONDS 3.0

static double end;

static double seconds(clockid_t clock)
{
    struct timespec now = {0, 0};
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

times_t rate_begin(void)
{
    times_t begun = {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
    end = begun.wall + SECONDS;
    return begun;
}

int rate_is_over(void)
{
    return seconds(CLOCK_MONOTONIC) >= end;
}

void rate_print(const char *name, const times_t *begun, unsigned messages)
{
    times_t now = {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
    char cpu[64];

    snprintf(cpu, sizeof(cpu), "%s_cpu", name);
    print_figure(name, messages / (now.wall - begun->wall), "messages/s");
    print_figure(cpu, (now.cpu - begun->cpu) * 1e6 / messages, "us/message");
}
