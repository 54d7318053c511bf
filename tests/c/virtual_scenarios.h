/*
 * What a device does, on the virtual port. Each scenario opens a device that is closed, and leaves
 * it open.
 */
#ifndef VIRTUAL_SCENARIOS_H
#define VIRTUAL_SCENARIOS_H

typedef struct {
    const char *name;
    /** Gives 1 when all went as it should. */
    int (*run)(void);
} scenario_t;

extern const scenario_t scenarios[];
extern const unsigned scenario_count;

/** Calls that gave what their documentation does not name, or failed without a line in the log. */
unsigned scenario_violations(void);
/** Whatever has happened: does the device, with the port well again, come to serve phones? */
int scenario_recovers(void);
/** Closes the device if it is open; gives 1 when the port then has everything back. */
int scenario_close(void);

#endif
