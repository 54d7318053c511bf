/**
 * What is this device's own. Each macro can be set with -D.
 */
#ifndef DEVICE_CONFIG_H
#define DEVICE_CONFIG_H

/** The triple that the cloud gave for this device. */
#ifndef DEVICE_PRODUCT_KEY
#define DEVICE_PRODUCT_KEY "a1GQc8iJOWI"
#endif
#ifndef DEVICE_NAME
#define DEVICE_NAME "gateway_test01"
#endif
#ifndef DEVICE_SECRET
#define DEVICE_SECRET "abcdefghijklmnopqrstuvwxyz012345"
#endif

/** Static IPv4 configuration, dotted text. */
#ifndef DEVICE_IP
#define DEVICE_IP "10.77.0.2"
#endif
#ifndef DEVICE_NETMASK
#define DEVICE_NETMASK "255.255.255.0"
#endif
#ifndef DEVICE_GATEWAY
#define DEVICE_GATEWAY "10.77.0.1"
#endif

/** MAC address, `XX:XX:XX:XX:XX:XX`; the default is one of the locally administered range. */
#ifndef DEVICE_MAC
#define DEVICE_MAC "02:4C:4B:00:00:02"
#endif

#endif /* DEVICE_CONFIG_H */
