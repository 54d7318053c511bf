/**
 * Dynamic registration. Source: 3.0.1 `dynreg_api.h`.
 */
#ifndef _DYNREG_API_H_
#define _DYNREG_API_H_

#include "infra_defs.h"

#include "linkkit/dynreg.h"

#endif /* _DYNREG_API_H_ */
