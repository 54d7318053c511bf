#define _POSIX_C_SOURCE 200809L
#include "command_line.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrappers.h"

#define WORDS 16
/* Longest time until a command is seen when there is nothing to serve. */
#define WAIT_MS 20

/* 1: read, 0: none within the time, -1: end of input. Byte by byte: poll() does not see what stdio
 * keeps. */
static int read_line(char *line, size_t room, int timeout_ms)
{
    struct pollfd input = {STDIN_FILENO, POLLIN, 0};
    size_t used = 0;

    if (poll(&input, 1, timeout_ms) == 0) {
        return 0;
    }
    while (used + 1 < room && read(STDIN_FILENO, &line[used], 1) == 1) {
        if (line[used] == '\n') {
            line[used] = '\0';
            return 1;
        }
        used++;
    }
    return -1;
}

int obey_input(int (*serve)(void), int (*run)(const char *line))
{
    char line[LONGEST_LINE];
    int got;

    do {
        got = read_line(line, sizeof(line), serve() ? 0 : WAIT_MS);
    } while (got == 0 || (got == 1 && run(line) == 0));
    return got == -1 ? EXIT_SUCCESS : 2;
}

int run_line(const char *program, const command_t *commands, size_t count, const char *line)
{
    char copy[LONGEST_LINE];
    char *words[WORDS + 1] = {NULL}, *rest = copy;
    int used = 0;
    size_t i;

    snprintf(copy, sizeof(copy), "%s", line);
    while (used < WORDS && (words[used] = strtok_r(rest, " ", &rest)) != NULL) {
        used++;
    }
    for (i = 0; used > 0 && i < count; i++) {
        if (strcmp(commands[i].name, words[0]) == 0 && used > commands[i].words) {
            uint64_t begin = HAL_UptimeMs();
            int result = commands[i].run(words + 1);
            printf("%s: %s = %d in %u ms\n", program, line, result,
                   (unsigned)(HAL_UptimeMs() - begin));
            return 0;
        }
    }
    fprintf(stderr, "no command %s, or too few words\n", line);
    return -1;
}

void join_words(char **words, char *line, size_t room)
{
    size_t used = 0;

    line[0] = '\0';
    for (; *words != NULL && used < room; words++) {
        used += (size_t)snprintf(line + used, room - used, "%s%s", used > 0 ? " " : "", *words);
    }
}
