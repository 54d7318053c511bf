/**
 * A place for what is downloaded: what the firmware provides for an archive with the feature `ota`.
 */
#ifndef _WRAPPERS_OTA_H_
#define _WRAPPERS_OTA_H_

#include "wrappers_defs.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A file begins: a firmware, or a configuration; the application knows which, for it has asked for
 * the download. What came of an earlier one is of no more use. May block.
 */
void HAL_Firmware_Persistence_Start(void);

/**
 * The next `length` bytes of the file, at least 1: each time as many as the buffer of
 * `IOT_Linkkit_Query` has, but for the last. 0, or -1, which ends the download. May block.
 */
int HAL_Firmware_Persistence_Write(char *buffer, uint32_t length);

/**
 * No more bytes come: all were there and have passed the check, or the download has failed; only
 * the result of `IOT_Linkkit_Query` tells which. 0, or -1 when the file is not safely stored.
 */
int HAL_Firmware_Persistence_Stop(void);

#ifdef __cplusplus
}
#endif

#endif /* _WRAPPERS_OTA_H_ */
