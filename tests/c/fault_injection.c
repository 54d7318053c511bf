/* Fails the n-th call of the port, for every n until the scenario passes without a fault.
 *
 * Without arguments: all scenarios and kinds of faults, each run in a process of its own; a table,
 * the failures, and the summary. With `scenario kind n count`: that run alone, in this process,
 * with its log. */
#define _DEFAULT_SOURCE

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "virtual_check.h"
#include "virtual_clock.h"
#include "virtual_fault.h"
#include "virtual_log.h"
#include "virtual_scenarios.h"

/* Of real time; a run takes milliseconds. */
#define HANG_S 5
#define BURST 10
/* Apart in time are two neighbouring wraps of the clock. */
#define WRAP_STEP_MS 20
/* A kind that fails more often is broken as a whole. */
#define FAILURES_OF_A_KIND 40
#define LINE_MAX 200

/* What a run tells; in memory that it shares with the driver. */
struct run {
    uint32_t hits;
    uint32_t complaints;
    struct scenario_report faulted, again;
    char violation[LINE_MAX];
    char last_line[LINE_MAX];
};

struct totals {
    uint32_t faults, runs, unharmed, recovered, missed, silent, failures;
};

static struct run *run;

static void keep_last_line(const char *line)
{
    if (strstr(line, "[crt]") != NULL || strstr(line, "[err]") != NULL) {
        strncpy(run->last_line, line, sizeof run->last_line - 1);
    }
}

static void print_line(const char *line)
{
    printf("%10lu ms %s", (unsigned long)clock_now(), line);
    fflush(stdout);
}

static void perform(const struct scenario *scenario, enum fault_kind kind, uint32_t n,
                    uint32_t count)
{
    if (kind == FAULT_CLOCK_WRAP) {
        clock_wrap_in(n * WRAP_STEP_MS);
        fault_arm(kind, 1, 1);
    } else {
        fault_arm(kind, n, count);
    }
    scenario_run(scenario, &run->faulted);
    fault_disarm();
    run->hits = fault_hits();
    run->complaints = log_complaints();
    scenario_check_nothing_held();
    scenario_run(scenario, &run->again);
    scenario_check_nothing_held();
    if (violations() != 0) {
        strncpy(run->violation, violation_first(), sizeof run->violation - 1);
    }
}

/* NULL, or why the run has failed. */
static const char *verdict(int status, enum fault_kind kind)
{
    if (WIFSIGNALED(status)) {
        return WTERMSIG(status) == SIGALRM ? "hangs" : strsignal(WTERMSIG(status));
    }
    if (run->violation[0] != '\0') {
        return run->violation;
    }
    if (run->again.missed != NULL || run->again.failed_calls != 0 || run->again.restarts != 0) {
        return "does not work again without faults";
    }
    /* The socket for phones is opened by IOT_Linkkit_Connect alone. */
    if (run->faulted.missed != NULL && kind != FAULT_UDP_CREATE) {
        return "a step succeeds no more";
    }
    if ((run->faulted.missed != NULL || run->faulted.restarts != 0) && run->complaints == 0) {
        return "stops working, and the log does not say so";
    }
    if (run->faulted.silent_calls != 0 && kind != FAULT_MALLOC) {
        return "a call fails, and the log does not say so";
    }
    return NULL;
}

static void print_failure(const struct scenario *scenario, enum fault_kind kind, uint32_t n,
                          uint32_t count, const char *why)
{
    const char *missed = run->faulted.missed != NULL ? run->faulted.missed : run->again.missed;
    printf("FAILED %s %s %u %u: %s; step: %s; log: %.*s\n", scenario->name, fault_name(kind), n,
           count, why, missed != NULL ? missed : "-", (int)strcspn(run->last_line, "\r\n"),
           run->last_line);
}

/* One run in a process of its own; its wait status. */
static int perform_apart(const struct scenario *scenario, enum fault_kind kind, uint32_t n,
                         uint32_t count)
{
    int status = 0;
    pid_t child;
    memset(run, 0, sizeof *run);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        alarm(HANG_S);
        log_echo(keep_last_line);
        perform(scenario, kind, n, count);
        _exit(EXIT_SUCCESS);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("fault_injection");
        exit(EXIT_FAILURE);
    }
    return status;
}

static void add(struct totals *to, const struct totals *more)
{
    to->faults += more->faults;
    to->runs += more->runs;
    to->unharmed += more->unharmed;
    to->recovered += more->recovered;
    to->missed += more->missed;
    to->silent += more->silent;
    to->failures += more->failures;
}

/* Every n until the fault does not come any more. */
static void sweep(const struct scenario *scenario, enum fault_kind kind, uint32_t count,
                  struct totals *totals)
{
    struct totals here = {0};
    for (uint32_t n = 1; here.failures < FAILURES_OF_A_KIND; n++) {
        int status = perform_apart(scenario, kind, n, count);
        const char *why = verdict(status, kind);
        if (why != NULL) {
            print_failure(scenario, kind, n, count, why);
            here.failures++;
            /* Without an end of its own the run did not count. */
            here.faults += run->hits == 0;
        } else if (run->hits == 0) {
            break;
        } else if (run->faulted.missed != NULL) {
            printf("missed %s %s %u %u: %s\n", scenario->name, fault_name(kind), n, count,
                   run->faulted.missed);
            here.missed++;
        } else if (run->faulted.failed_calls + run->faulted.restarts != 0) {
            here.recovered++;
        } else {
            here.unharmed++;
        }
        here.runs++;
        here.faults += run->hits;
        here.silent += run->faulted.silent_calls;
    }
    printf("%-11s %-17s %5u %6u %6u %9u %10u %7u %7u %9u\n", scenario->name, fault_name(kind),
           count, here.runs, here.faults, here.unharmed, here.recovered, here.missed, here.silent,
           here.failures);
    add(totals, &here);
}

static int sweep_all(void)
{
    struct totals totals = {0};
    printf("%-11s %-17s %5s %6s %6s %9s %10s %7s %7s %9s\n", "scenario", "kind", "burst", "runs",
           "faults", "unharmed", "recovered", "missed", "silent", "failures");
    for (int i = 0; i < SCENARIOS; i++) {
        for (int kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++) {
            sweep(&virtual_scenarios[i], (enum fault_kind)kind, 1, &totals);
            if (kind != FAULT_CLOCK_WRAP) {
                sweep(&virtual_scenarios[i], (enum fault_kind)kind, BURST, &totals);
            }
        }
    }
    printf("%u runs: %u unharmed, %u recovered after a documented error, %u missed a step with a "
           "line in the log; %u calls failed without one\n",
           totals.runs, totals.unharmed, totals.recovered, totals.missed, totals.silent);
    printf("%u faults injected, %u failures\n", totals.faults, totals.failures);
    return totals.failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int perform_here(char **arguments)
{
    for (int i = 0; i < SCENARIOS; i++) {
        for (int kind = FAULT_NONE; kind < FAULT_KINDS; kind++) {
            if (strcmp(virtual_scenarios[i].name, arguments[0]) == 0 &&
                strcmp(fault_name((enum fault_kind)kind), arguments[1]) == 0) {
                const char *why;
                log_echo(print_line);
                perform(&virtual_scenarios[i], (enum fault_kind)kind, (uint32_t)atoi(arguments[2]),
                        (uint32_t)atoi(arguments[3]));
                why = verdict(0, (enum fault_kind)kind);
                printf("%u faults, %u failed calls, step missed: %s; %s\n", run->hits,
                       run->faulted.failed_calls,
                       run->faulted.missed != NULL ? run->faulted.missed : "none",
                       why != NULL ? why : "passed");
                return why == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
            }
        }
    }
    fprintf(stderr, "no such scenario or kind\n");
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc != 1 && argc != 5) {
        fprintf(stderr, "usage: %s [scenario kind n count]\n", argv[0]);
        return EXIT_FAILURE;
    }
    run = mmap(NULL, sizeof *run, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run == MAP_FAILED) {
        perror("fault_injection");
        return EXIT_FAILURE;
    }
    return argc == 1 ? sweep_all() : perform_here(argv + 1);
}
