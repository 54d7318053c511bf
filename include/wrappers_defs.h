/**
 * Types of the functions that the firmware provides. Source: 3.0.1 `wrappers_defs.h`.
 */
#ifndef _WRAPPERS_DEFS_H_
#define _WRAPPERS_DEFS_H_

#include "infra_compat.h"
#include "infra_defs.h"
#include "infra_types.h"

#include "linkkit/wrappers.h"

/** Waits for ever, for `HAL_SemaphoreWait`. */
#define PLATFORM_WAIT_INFINITE (~0)

#endif /* _WRAPPERS_DEFS_H_ */
