/**
 * The command line.
 */
#ifndef PROVISIONING_OPTIONS_H
#define PROVISIONING_OPTIONS_H

#include "dev_model_api.h"

typedef struct {
    iotx_linkkit_dev_meta_info_t device;
    /** NULL, as other texts that are not given. */
    char *host;
    /** 0: the cloud's. */
    uint16_t port;
    /** 0: no end. */
    long seconds;
    const char *ip;
    int wants_dev_ap;
    const char *script;
    const char *socket;
} options_t;

/** Reads the command line into `options`, which is all zeros; -1 when it has printed the usage. */
int options_read(options_t *options, int argc, char *argv[]);

#endif /* PROVISIONING_OPTIONS_H */
