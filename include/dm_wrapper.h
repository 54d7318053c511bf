/**
 * The name of 3.0.1 for `wrappers.h`.
 */
#ifndef _DM_WRAPPER_H_
#define _DM_WRAPPER_H_

#include "wrappers.h"

#endif /* _DM_WRAPPER_H_ */
