/**
 * The features of the archive, under the names that applications test with `#ifdef`.
 */
#ifndef _INFRA_CONFIG_H_
#define _INFRA_CONFIG_H_

#define PLATFORM_HAS_STDINT
#define PLATFORM_HAS_DYNMEM
#define INFRA_COMPAT
#define INFRA_CLASSIC
#define DEV_SIGN
#define MQTT_COMM_ENABLED
#define MQTT_DEFAULT_IMPL
#define MQTT_DIRECT
#define COAP_SERVER
#define DEV_BIND_ENABLED
#define DEVICE_MODEL_ENABLED
/* For an archive without the feature `tls`, compile with -DLINKKIT_WITHOUT_TLS. */
#ifndef LINKKIT_WITHOUT_TLS
#define SUPPORT_TLS
#endif

#endif /* _INFRA_CONFIG_H_ */
