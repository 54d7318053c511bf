/* The handlers of mqtt_client.c. Each prints what it is told, then does what it was told to do. */
#ifndef MQTT_CLIENT_HANDLERS_H
#define MQTT_CLIENT_HANDLERS_H

#include "mqtt_api.h"

/* Context of the handler with this name, made on the first call; ends the program when there are
 * too many. */
void *handler_context(const char *name);

/* From now on the handler does `command` whenever it is called; an empty text for nothing. */
void handler_obeys(const char *name, const char *command);

/* "@message NAME topic=… payload=… qos=… dup=… retain=… id=…", or "@message NAME … bytes=…" for
 * long payloads; then what the handler of this context is to do. */
void on_message(void *context, void *client, iotx_mqtt_event_msg_pt event);

/* "@event NAME id=…"; messages as "@message OBSERVER …". */
void on_event(void *context, void *client, iotx_mqtt_event_msg_pt event);

/* Does one line of commands; in mqtt_client.c. */
int run_command(const char *line);

#endif
