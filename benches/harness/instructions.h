/*
 * Counts instructions under callgrind with --collect-atstart=no: each measurement is a part of its
 * output, whose trigger is "name repetitions". Without callgrind it only calls.
 */
#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

/** How often what is measured is called. */
#define ROUNDS 200

typedef struct {
    const char *name;
    /** Of what is measured, in one round. */
    unsigned repetitions;
    /** Not measured; NULL for nothing. */
    void (*before)(void);
    void (*measured)(void);
    void (*after)(void);
} measurement_t;

/** `variant` is appended to the name. */
void measure(const measurement_t *what, const char *variant);

#endif
