/*
 * Lets every call of the port go wrong in turn: for each scenario and kind of fault the first call,
 * the second, and so on until there is no such call. Each run is a process of its own, in which the
 * scenario may fail; after it the device must recover, give everything back, and do it again.
 */
#define _POSIX_C_SOURCE 200809L

#include "virtual_port.h"
#include "virtual_scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Calls in a row that go wrong. */
#define BURST 10
/* Seconds for one run; each takes milliseconds. */
#define LONGEST_RUN_S 20
/* More calls of a kind than any scenario makes. */
#define CALLS_MAX 100000

typedef enum { NOT_INJECTED, SURVIVED, FAILED } outcome_t;

static const char *const kinds[FAULTS] = {
    [FAULT_MALLOC] = "HAL_Malloc gives NULL",
    [FAULT_MUTEX_CREATE] = "HAL_MutexCreate gives NULL",
    [FAULT_KV_GET] = "HAL_Kv_Get fails",
    [FAULT_KV_SET] = "HAL_Kv_Set fails",
    [FAULT_TCP_ESTABLISH] = "HAL_TCP_Establish fails",
    [FAULT_TCP_READ_ERROR] = "HAL_TCP_Read fails",
    [FAULT_TCP_READ_CLOSED] = "HAL_TCP_Read: closed",
    [FAULT_TCP_READ_SHORT] = "HAL_TCP_Read: short",
    [FAULT_TCP_WRITE_ERROR] = "HAL_TCP_Write fails",
    [FAULT_TCP_WRITE_SHORT] = "HAL_TCP_Write: short",
    [FAULT_TCP_WRITE_NOTHING] = "HAL_TCP_Write: nothing",
    [FAULT_UDP_CREATE] = "UDP socket not made",
    [FAULT_UDP_JOIN] = "UDP group not joined",
    [FAULT_UDP_RECEIVE] = "UDP receive fails",
    [FAULT_UDP_INTERRUPTED] = "UDP receive interrupted",
    [FAULT_UDP_SEND] = "UDP send fails",
    [FAULT_CLOCK_BACK] = "clock jumps back",
    [FAULT_CLOCK_WRAP] = "clock wraps at 2^32",
};

static void print(const char *text)
{
    fputs(text, stdout);
}

/* What went wrong, for the exit status of the process; 0 for nothing. */
static const char *const findings[] = {
    "",
    "a call gave an undocumented result or no line",
    "does not recover",
    "not everything given back",
    "does not work again",
    "not everything given back the second time",
    "a rule of the port broken",
};

static int examine(const scenario_t *scenario, fault_t kind, unsigned first, unsigned count)
{
    faults_plan(kind, first, count);
    scenario->run();
    if (faults_injected() == 0) {
        _exit(99);
    }
    faults_plan(FAULT_NONE, 0, 0);
    if (scenario_violations() > 0) {
        return 1;
    }
    if (!scenario_recovers()) {
        return 2;
    }
    if (!scenario_close()) {
        return 3;
    }
    if (!scenario->run()) {
        return 4;
    }
    if (!scenario_close()) {
        return 5;
    }
    if (virtual_rule_broken() != NULL) {
        printf("%s\n", virtual_rule_broken());
        return 6;
    }
    return 0;
}

static outcome_t run(const scenario_t *scenario, fault_t kind, unsigned first, unsigned count)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        alarm(LONGEST_RUN_S);
        _exit(examine(scenario, kind, first, count));
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("fork");
        exit(2);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return SURVIVED;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 99) {
        return NOT_INJECTED;
    }
    printf("FAILED: %s, %s, calls %u to %u: ", scenario->name, kinds[kind], first,
           first + count - 1);
    if (WIFSIGNALED(status)) {
        printf("signal %d\n", WTERMSIG(status));
    } else {
        printf("%s\n", findings[WEXITSTATUS(status)]);
    }
    return FAILED;
}

int main(int argc, char *argv[])
{
    unsigned s, kind, burst, injected = 0, failures = 0;

    /* SCENARIO KIND FIRST COUNT: one run, in this process and with its log. */
    if (argc == 5) {
        virtual_console = print;
        s = examine(&scenarios[atoi(argv[1])], (fault_t)atoi(argv[2]), (unsigned)atoi(argv[3]),
                    (unsigned)atoi(argv[4]));
        printf("%s\n", findings[s]);
        return s != 0;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (s = 0; s < scenario_count; s++) {
        unsigned of_scenario = injected;
        for (kind = FAULT_NONE + 1; kind < FAULTS; kind++) {
            for (burst = 1; burst <= BURST; burst += BURST - 1) {
                unsigned first = 0;
                outcome_t outcome;
                do {
                    outcome = run(&scenarios[s], (fault_t)kind, ++first, burst);
                    injected += outcome != NOT_INJECTED;
                    failures += outcome == FAILED;
                } while (outcome != NOT_INJECTED && first < CALLS_MAX);
            }
        }
        printf("%-12s %6u faults\n", scenarios[s].name, injected - of_scenario);
    }
    printf("%u faults injected, %u failures\n", injected, failures);
    return failures != 0;
}
