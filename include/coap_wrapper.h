/**
 * The name of 3.0.1 for `wrappers.h`.
 */
#ifndef _COAP_WRAPPER_H_
#define _COAP_WRAPPER_H_

#include "wrappers.h"

#endif /* _COAP_WRAPPER_H_ */
