/**
 * The MQTT client. Source: 3.0.1 `mqtt_api.h`.
 */
#ifndef _IOT_EXPORT_MQTT_H_
#define _IOT_EXPORT_MQTT_H_

#include "infra_defs.h"
#include "infra_types.h"

#include "linkkit/mqtt_api.h"

/** Codes taken in one SUBACK (the name is upstream's). */
#define MUTLI_SUBSCIRBE_MAX (5)
/** Default of `write_buf_size` and `read_buf_size`, bytes. */
#define CONFIG_MQTT_MESSAGE_MAXLEN (1024)
/** Longest topic and topic filter, bytes. */
#define CONFIG_MQTT_TOPIC_MAXLEN (128)
/** Default, least and most of the keep-alive, s. */
#define CONFIG_MQTT_KEEPALIVE_INTERVAL (60)
#define CONFIG_MQTT_KEEPALIVE_INTERVAL_MIN (30)
#define CONFIG_MQTT_KEEPALIVE_INTERVAL_MAX (1200)
/** Default, least and most of the request timeout, ms. */
#define CONFIG_MQTT_REQUEST_TIMEOUT (2000)
#define CONFIG_MQTT_REQ_TIMEOUT_MIN (500)
#define CONFIG_MQTT_REQ_TIMEOUT_MAX (5000)

#endif /* _IOT_EXPORT_MQTT_H_ */
