/* What an application does with mqtt_api.h, on the virtual port. */
#ifndef VIRTUAL_MQTT_H
#define VIRTUAL_MQTT_H

/** Makes a client; has a message of each kind come in; unsubscribes; destroys it. Gives 1 when all
 * went as it should. */
int mqtt_run(void);
/** Destroys the client if there is one. Gives 1 when there is none then. */
int mqtt_end(void);
/** If there is a client: gives 1 when it comes to be connected. */
int mqtt_recovers(void);
/** The device has closed, and taken the client along. */
void mqtt_gone(void);

#endif
