/* Programs that do what standard input tells them, one command per line. */
#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

#include <stddef.h>

#define LONGEST_LINE 4096

typedef struct {
    const char *name;
    /* How many words it takes at least. */
    int words;
    /* Takes the words behind its name, up to a NULL. */
    int (*run)(char **words);
} command_t;

/* Does each line of standard input with `run`, which gives 0, until the input ends. In between
 * calls `serve`, which gives 0 at once when there is nothing to serve. Gives the exit status of the
 * program.
 */
int obey_input(int (*serve)(void), int (*run)(const char *line));

/* Does `line` with one of `count` commands, and prints "PROGRAM: LINE = RESULT in N ms". Gives -1
 * when there is no such command. */
int run_line(const char *program, const command_t *commands, size_t count, const char *line);

/* Writes `words` with blanks in between. */
void join_words(char **words, char *line, size_t room);

#endif
