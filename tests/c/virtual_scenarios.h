/*
 * What a device does, on the virtual port. Each scenario begins with nothing open, and may leave a
 * device or an MQTT client open.
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

/** Was any call refused so far? */
int scenario_refused(void);
/**
 * The first call that gave what its documentation does not name, failed without a line in the log,
 * or blocked longer than documented; NULL for none.
 */
const char *scenario_violation(void);
/** Whatever has happened: does the device, with the port well again, come to serve phones? */
int scenario_recovers(void);
/** Closes what is open; gives 1 when the port then has everything back. */
int scenario_close(void);
/** What the port has not back yet; NULL for nothing. */
const char *scenario_leftover(void);

#endif
