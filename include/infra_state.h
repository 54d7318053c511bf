/**
 * What functions of 3.2.0 return, where the library has them. Source: 3.2.0 `infra_state.h`.
 */
#ifndef _INFRA_STATE_H_
#define _INFRA_STATE_H_

#define STATE_SUCCESS (0)

#define STATE_USER_INPUT_BASE (-0x0100)
/** A pointer is NULL, or the call came before its time. */
#define STATE_USER_INPUT_NULL_POINTER (STATE_USER_INPUT_BASE - 0x0001)

#define STATE_BIND_BASE (-0x0800)
/** The token has no usable length. */
#define STATE_BIND_ASSEMBLE_APP_TOKEN_FAILED (STATE_BIND_BASE - 0x000C)

#endif /* _INFRA_STATE_H_ */
