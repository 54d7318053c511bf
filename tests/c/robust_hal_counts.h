/* What the library holds of the port: the functions that give or take back memory, mutexes, threads
 * and sockets are counted on their way to the port. Link with -Wl,--wrap=<function> for each. */
#ifndef ROBUST_HAL_COUNTS_H
#define ROBUST_HAL_COUNTS_H

/* Prints "@counts" and name=number pairs as one line of standard output. */
void hal_counts_print(void);

#endif
