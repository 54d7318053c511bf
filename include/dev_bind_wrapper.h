/**
 * The name of 3.0.1 for `wrappers.h`.
 */
#ifndef _DEV_BIND_WRAPPER_H_
#define _DEV_BIND_WRAPPER_H_

#include "wrappers.h"

#endif /* _DEV_BIND_WRAPPER_H_ */
