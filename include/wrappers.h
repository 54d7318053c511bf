/**
 * Everything that the firmware provides.
 */
#ifndef _WRAPPERS_H_
#define _WRAPPERS_H_

#include "wrappers_awss.h"
#include "wrappers_kv.h"
#include "wrappers_os.h"
#include "wrappers_ota.h"
#include "wrappers_tcp.h"
#include "wrappers_tls.h"
#include "wrappers_udp.h"

#endif /* _WRAPPERS_H_ */
