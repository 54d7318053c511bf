/**
 * Events of provisioning, binding and connection in words.
 */
#ifndef PROVISIONING_EVENT_NAME_H
#define PROVISIONING_EVENT_NAME_H

/** The name of an `enum iotx_event_t`. */
const char *event_name(int event);

#endif /* PROVISIONING_EVENT_NAME_H */
