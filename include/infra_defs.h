/**
 * Lengths, error codes, the triple, credentials, regions. Source: 3.0.1 `infra_defs.h`.
 */
#ifndef _INFRA_DEFS_H_
#define _INFRA_DEFS_H_

#include "infra_types.h"

#include "linkkit/infra_defs.h"

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
