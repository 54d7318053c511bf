/* What no caller should pass to Report, Query and TriggerEvent of dev_model_api.h. */
#ifndef ROBUST_MODEL_ARGUMENTS_H
#define ROBUST_MODEL_ARGUMENTS_H

/* `is_connected`: the device is; else nothing at all can be sent. */
void misuse_model(int is_connected);

#endif
