/* The session with the cloud, for a script. */
#ifndef PROVISION_CLOUD_H
#define PROVISION_CLOUD_H

#include <stdint.h>

/** Opens the device and connects it. */
void provision_cloud_open(void);
void provision_cloud_close(void);
/** Yields for so long, ms. */
void provision_cloud_yield(uint32_t ms);
/** The cloud publishes to the device on the topic that `suffix` ends. */
void provision_cloud_publish(const char *suffix, const char *payload);

#endif
