/**
 * The name of 3.0.1 for `wrappers.h`.
 */
#ifndef _MQTT_WRAPPER_H_
#define _MQTT_WRAPPER_H_

#include "mqtt_api.h"
#include "wrappers.h"

#endif /* _MQTT_WRAPPER_H_ */
