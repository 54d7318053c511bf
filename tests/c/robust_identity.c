#include "robust_identity.h"

#include <stdio.h>
#include <string.h>

void identity_from_arguments(iotx_linkkit_dev_meta_info_t *meta_info, char **arguments)
{
    memset(meta_info, 0, sizeof *meta_info);
    snprintf(meta_info->product_key, sizeof meta_info->product_key, "%s", arguments[0]);
    snprintf(meta_info->device_name, sizeof meta_info->device_name, "%s", arguments[1]);
    snprintf(meta_info->device_secret, sizeof meta_info->device_secret, "%s", arguments[2]);
    snprintf(meta_info->product_secret, sizeof meta_info->product_secret, "%s", arguments[3]);
}
