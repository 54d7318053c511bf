/**
 * Binding and unbinding. Source: 3.0.1 `dev_bind_api.h`.
 */
#ifndef _DEV_BIND_API_H_
#define _DEV_BIND_API_H_

#include "linkkit/dev_bind.h"

#endif /* _DEV_BIND_API_H_ */
