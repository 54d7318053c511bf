/**
 * Wi-Fi provisioning. Source: 3.0.1 `wifi_provision_api.h`.
 */
#ifndef __AWSS_H__
#define __AWSS_H__

#include <stdint.h>

#include "infra_defs.h"
#include "linkkit/awss.h"
#include "linkkit/dev_bind.h"

#endif /* __AWSS_H__ */
