/**
 * Log level, events, options. Source: 3.0.1 `infra_compat.h`.
 */
#ifndef _INFRA_COMPAT_H_
#define _INFRA_COMPAT_H_

#include "infra_defs.h"

#include "linkkit/infra_compat.h"

/**
 * Registers `cb` for the event `evt`, an `ITE_` name; NULL clears. The expansion has its semicolon,
 * as upstream's has.
 */
#define IOT_RegisterCallback(evt, cb) iotx_register_for_##evt(cb);

/* Names of 2.3.0. */
#define IOTX_CLOUD_DOMAIN_SH IOTX_CLOUD_REGION_SHANGHAI
#define IOTX_CLOUD_DOMAIN_SG IOTX_CLOUD_REGION_SINGAPORE
#define IOTX_CLOUD_DOMAIN_JP IOTX_CLOUD_REGION_JAPAN
#define IOTX_CLOUD_DOMAIN_US IOTX_CLOUD_REGION_USA_WEST
#define IOTX_CLOUD_DOMAIN_GER IOTX_CLOUD_REGION_GERMANY
#define IOTX_IOCTL_SET_DOMAIN IOTX_IOCTL_SET_REGION
#define IOTX_IOCTL_GET_DOMAIN IOTX_IOCTL_GET_REGION
#define IOT_OpenLog(arg)
#define IOT_CloseLog() IOT_SetLogLevel(IOT_LOG_NONE)
#define IOT_LOG_EMERG IOT_LOG_NONE

#endif /* _INFRA_COMPAT_H_ */
