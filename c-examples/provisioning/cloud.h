/**
 * The cloud task.
 */
#ifndef PROVISIONING_CLOUD_H
#define PROVISIONING_CLOUD_H

#include "dev_model_api.h"

/** Starts the task, the first time it is called. `device` stays valid. */
void cloud_start(iotx_linkkit_dev_meta_info_t *device);

/** Ends the task and waits until it has closed the device. 0, or -1 when that fails. */
int cloud_stop(void);

#endif /* PROVISIONING_CLOUD_H */
