/**
 * Binding with a token made by the phone, in an archive with the feature `provision`.
 * Source: 3.2.0 `bind_api.h`.
 */
#ifndef __BIND_API_H__
#define __BIND_API_H__

#include <stdint.h>

#include "infra_state.h"

#include "linkkit/bind_api.h"

#endif /* __BIND_API_H__ */
