/**
 * Lengths, error codes, the triple, credentials, regions. Source: 3.0.1 `infra_defs.h`.
 */
#ifndef _INFRA_DEFS_H_
#define _INFRA_DEFS_H_

#include "infra_types.h"

#include "linkkit/infra_defs.h"

/*
 * IOT_Ioctl writes a region through a pointer, and hal_os_thread_param_t has an enum: firmware must
 * be compiled with the enum width that the archive has. That is the shortest that holds the values
 * on bare-metal Arm (-fshort-enums, which arm-none-eabi-gcc takes by itself), and that of int
 * elsewhere.
 */
#if defined(__ARM_EABI__) && !defined(__linux__)
#define LINKKIT_REGION_WIDTH 1
#else
#define LINKKIT_REGION_WIDTH 4
#endif
/** Does not compile with the other width: see above, and remove -fno-short-enums or -fshort-enums.
 */
typedef char linkkit_enums_have_another_width_in_the_archive
    [sizeof(iotx_mqtt_region_types_t) == LINKKIT_REGION_WIDTH ? 1 : -1];

#define IOTX_SDK_VERSION "3.0.1"
#define IOTX_ALINK_VERSION "20"

/* The same code under another name; an enum of the generator cannot say so. */
#define ERROR_DSL_DEVICE_NOT_EXIST_IN_PRODUCT ERROR_DSL_PARSE_IDENTIFIER_IS_NULL

#ifndef _IN_
#define _IN_
#endif
#ifndef _OU_
#define _OU_
#endif
#ifndef _IN_OPT_
#define _IN_OPT_
#endif

#endif /* _INFRA_DEFS_H_ */
