/**
 * Integer types. Source: 3.0.1 `infra_types.h`.
 */
#ifndef _INFRA_TYPES_H_
#define _INFRA_TYPES_H_

#include <stddef.h>
#include <stdint.h>

#include "infra_config.h"

#define IOT_TRUE (1)
#define IOT_FALSE (0)

#endif /* _INFRA_TYPES_H_ */
