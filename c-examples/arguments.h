/**
 * What the examples with options do with their arguments. A bad one ends the program with a line.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stddef.h>

/** Copies a text into `room` bytes. */
void argument_text(char *to, size_t room, const char *from, const char *option);

/** A number from 0 to `max`. */
long argument_number(const char *text, long max, const char *option);

#endif /* ARGUMENTS_H */
