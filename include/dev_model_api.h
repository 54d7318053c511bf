/**
 * A device: open, connect, yield, close. Source: 3.0.1 `dev_model_api.h`.
 */
#ifndef _IOT_EXPORT_LINKKIT_H_
#define _IOT_EXPORT_LINKKIT_H_

#include "infra_defs.h"
#include "infra_types.h"

#include "linkkit/dev_model.h"

#endif /* _IOT_EXPORT_LINKKIT_H_ */
