/**
 * What lwIP asks of a compiler and a board.
 */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include "board/semihosting.h"
#include "wrappers.h"

#define LWIP_PLATFORM_DIAG(message)
#define LWIP_PLATFORM_ASSERT(message) semihosting_fail(message)
#define LWIP_RAND() HAL_Random(UINT32_MAX)

#endif /* ARCH_CC_H */
