/**
 * Wi-Fi provisioning by an access point of the device. Source: 3.0.1 `awss_dev_ap.h`.
 */
#ifndef __AWSS_DEV_AP_H__
#define __AWSS_DEV_AP_H__

#include <stdint.h>

#include "linkkit/awss.h"

#endif /* __AWSS_DEV_AP_H__ */
