/**
 * MQTT credentials. Source: 3.0.1 `dev_sign_api.h`.
 */
#ifndef _DEV_SIGN_H_
#define _DEV_SIGN_H_

#include "infra_defs.h"

#include "linkkit/dev_sign.h"

#endif /* _DEV_SIGN_H_ */
