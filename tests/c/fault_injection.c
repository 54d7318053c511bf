/*
 * Lets every call of the port go wrong in turn: for each scenario and kind of fault the first call,
 * the second, and so on until there is no such call. Each run is a process of its own. The scenario
 * may fail in it; after it the device is closed, or recovers and is closed, gives everything back,
 * and does it again.
 */
#define _POSIX_C_SOURCE 200809L

#include "fault_kinds.h"
#include "virtual_port.h"
#include "virtual_scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds for one run; each takes milliseconds. */
#define LONGEST_RUN_S 20
/* More calls of a kind than any scenario makes. */
#define CALLS_MAX 100000

/* Exit statuses of a run; others are failures. */
#define STATUS_DONE 0
#define STATUS_REFUSED 10
#define STATUS_NOT_INJECTED 11
#define STATUS_FAILED 12

typedef struct {
    unsigned scenario;
    fault_t kind;
    /* The calls number first to first + count - 1 go wrong. */
    unsigned first, count;
    /* Before it is closed. */
    int recovers;
} run_t;

typedef struct {
    unsigned injected, refused, failed;
} counts_t;

static void print(const char *text)
{
    fputs(text, stdout);
}

static int fail(const run_t *run, const char *what, const char *detail)
{
    printf("FAILED: %s, %s, calls %u+%u%s: %s%s (%u %d %u %u %d)\n", scenarios[run->scenario].name,
           fault_kinds[run->kind].name, run->first, run->count, run->recovers ? ", recovers" : "",
           what, detail, run->scenario, (int)run->kind, run->first, run->count, run->recovers);
    fflush(stdout);
    return STATUS_FAILED;
}

/* Whatever has to hold at any time; NULL when it does. */
static const char *broken_rule(void)
{
    return virtual_rule_broken() != NULL ? virtual_rule_broken() : scenario_violation();
}

static int examine(const run_t *run)
{
    const scenario_t *scenario = &scenarios[run->scenario];
    int done, round;

    faults_plan(run->kind, run->first, run->count);
    done = scenario->run();
    if (faults_injected() == 0 && run->kind != FAULT_NONE) {
        return STATUS_NOT_INJECTED;
    }
    if (!done && run->count == 1 && (fault_kinds[run->kind].is_harmless || !scenario_refused())) {
        return fail(run, "does not do it in spite of the fault", "");
    }
    /* No call is interrupted for ever. */
    if (!done && run->kind != FAULT_UDP_INTERRUPTED && virtual_complaints() == 0) {
        return fail(run, "does not do it, without a line in the log", "");
    }
    if (run->count != FAULTS_PERSIST) {
        faults_plan(FAULT_NONE, 0, 0);
    }
    for (round = 0; round < 2; round++) {
        if (round == 1 && !scenario->run()) {
            return fail(run, "does not work again", "");
        }
        if (round == 0 && run->recovers) {
            faults_plan(FAULT_NONE, 0, 0);
            if (!scenario_recovers()) {
                return fail(run, "does not recover", "");
            }
        }
        if (!scenario_close()) {
            faults_plan(FAULT_NONE, 0, 0);
            if (!scenario_close()) {
                const char *kept = scenario_leftover();
                return fail(run, "does not close, keeps ", kept != NULL ? kept : "nothing");
            }
        }
        faults_plan(FAULT_NONE, 0, 0);
        if (broken_rule() != NULL) {
            return fail(run, "rule: ", broken_rule());
        }
    }
    return done ? STATUS_DONE : STATUS_REFUSED;
}

/* Gives 0 when there was no such call. */
static int run_apart(const run_t *run, counts_t *counts)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        alarm(LONGEST_RUN_S);
        _exit(examine(run));
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("fork");
        exit(2);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_NOT_INJECTED) {
        return 0;
    }
    counts->injected++;
    if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_REFUSED) {
        counts->refused++;
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS_DONE) {
        counts->failed++;
    }
    if (WIFSIGNALED(status)) {
        fail(run, "ends with signal ", strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) < STATUS_REFUSED && WEXITSTATUS(status) != STATUS_DONE) {
        fail(run, "exits", "");
    }
    return 1;
}

static void run_all_of(unsigned scenario, fault_t kind, counts_t *counts)
{
    static const unsigned lengths[] = {1, 10, FAULTS_PERSIST};
    unsigned i, variants = fault_kinds[kind].is_lasting ? 1 : 3;
    run_t run = {scenario, kind, 0, 0, 0};

    for (i = 0; i < variants; i++) {
        int again = 1;
        run.count = lengths[i];
        for (run.first = 1; again && run.first < CALLS_MAX; run.first++) {
            for (run.recovers = 0; again && run.recovers < 2; run.recovers++) {
                again = run_apart(&run, counts);
            }
        }
    }
}

/* Single faults that pass; of each kind only every `stride`-th call. */
static void run_sample_of(unsigned scenario, fault_t kind, unsigned stride, counts_t *counts)
{
    run_t run = {scenario, kind, 1, 1, 1};

    while (!fault_kinds[kind].is_lasting && run_apart(&run, counts) && run.first < CALLS_MAX) {
        run.first += stride;
    }
}

/* One run in this process, with its log; for a debugger too. */
static int run_here(char *arguments[])
{
    run_t run;
    int status;

    run.scenario = (unsigned)atoi(arguments[0]);
    run.kind = (fault_t)atoi(arguments[1]);
    run.first = (unsigned)strtoul(arguments[2], NULL, 10);
    run.count = (unsigned)strtoul(arguments[3], NULL, 10);
    run.recovers = atoi(arguments[4]);
    if (run.scenario >= scenario_count || run.kind >= FAULTS) {
        fputs("no such scenario or kind\n", stderr);
        return 2;
    }
    virtual_console = print;
    status = examine(&run);
    printf("status %d, %u faults, %u ms\n", status, faults_injected(), (unsigned)virtual_now());
    return status != STATUS_DONE && status != STATUS_REFUSED;
}

int main(int argc, char *argv[])
{
    counts_t total = {0, 0, 0};
    unsigned scenario, kind, stride = argc == 2 ? (unsigned)atoi(argv[1]) : 1;

    /* SCENARIO KIND FIRST COUNT RECOVERS, as a failure names them: only that run. KIND: only that.
     */
    if (argc == 6) {
        return run_here(argv + 1);
    }
    if (stride == 0) {
        fputs("no such stride\n", stderr);
        return 2;
    }
    printf("%-12s %-26s %8s %8s %8s\n", "scenario", "fault", "injected", "refused", "failed");
    fflush(stdout);
    /* The last two have the others in them. */
    for (scenario = stride == 1 ? 0 : scenario_count - 2; scenario < scenario_count; scenario++) {
        for (kind = FAULT_NONE + 1; kind < FAULTS; kind++) {
            counts_t counts = {0, 0, 0};
            if (stride == 1) {
                run_all_of(scenario, (fault_t)kind, &counts);
            } else {
                run_sample_of(scenario, (fault_t)kind, stride, &counts);
            }
            printf("%-12s %-26s %8u %8u %8u\n", scenarios[scenario].name, fault_kinds[kind].name,
                   counts.injected, counts.refused, counts.failed);
            fflush(stdout);
            total.injected += counts.injected;
            total.refused += counts.refused;
            total.failed += counts.failed;
        }
    }
    printf("%u faults injected, %u failures\n", total.injected, total.failed);
    return total.failed != 0;
}
