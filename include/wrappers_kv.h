/**
 * Key-value store: what the firmware provides.
 */
#ifndef _WRAPPERS_KV_H_
#define _WRAPPERS_KV_H_

#include "wrappers_defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Copies the value of `key`. `*buffer_len`: room before, bytes copied after; a longer value is cut.
 * 0, or anything else when there is none: `val` is not touched then.
 */
int HAL_Kv_Get(const char *key, void *val, int *buffer_len);

/** Stores `len` bytes; `sync` 1: on flash before it returns. 0, or -1. */
int HAL_Kv_Set(const char *key, const void *val, int len, int sync);

/** Removes `key`; 0 also when it was not there. Not used by the library. */
int HAL_Kv_Del(const char *key);

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_KV_H_ */
