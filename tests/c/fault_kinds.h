/* What is to be known of each kind of fault. */
#ifndef FAULT_KINDS_H
#define FAULT_KINDS_H

#include "virtual_port.h"

typedef struct {
    const char *name;
    /** A single one must not keep any scenario from its end. */
    int is_harmless;
    /** It strikes once and stays. */
    int is_lasting;
} fault_kind_t;

extern const fault_kind_t fault_kinds[FAULTS];

#endif
