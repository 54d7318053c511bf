/**
 * The Wi-Fi half of this port. A host has no radio to give away: what there is on the air, and
 * which joins succeed, is said by a script. README.md has its commands.
 */
#ifndef HAL_AWSS_H
#define HAL_AWSS_H

/** Runs the script in the file `path`, on a thread of its own. 0, or -1 with a line. */
int hal_awss_run_script(const char *path);

/**
 * Takes connections at the Unix socket `path`, which is made, and runs what they send as scripts;
 * at most 8 at a time. Frames that the device sends are written to all of them. 0, or -1 with a
 * line.
 */
int hal_awss_listen(const char *path);

/** Calls `handler` for each key click, 1: a long press. Once, before a script runs. */
void hal_awss_set_key_handler(void (*handler)(int is_long));

/**
 * Calls `handler` with 1 when the station has got an address, with 0 when it has lost it, in the
 * thread that joins or runs the script. Once, before a script runs.
 */
void hal_awss_set_link_handler(void (*handler)(int is_up));

/** Prints changes of the channel and frames sent too, which are many. */
void hal_awss_set_verbose(int is_verbose);

#endif /* HAL_AWSS_H */
