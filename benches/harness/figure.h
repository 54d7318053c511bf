/*
 * What every program of the benchmarks says.
 */
#ifndef FIGURE_H
#define FIGURE_H

/** Prints "name value unit" on a line of its own, whatever the library has printed before. */
void print_figure(const char *name, double value, const char *unit);
/** Says why and ends the program. */
void fail(const char *why);

#endif
