/* The identity of a device under test. */
#ifndef ROBUST_IDENTITY_H
#define ROBUST_IDENTITY_H

#include "dev_model_api.h"

/* From four texts: product key, device name, device secret, product secret. */
void identity_from_arguments(iotx_linkkit_dev_meta_info_t *meta_info, char **arguments);

#endif
