/* What no caller should pass to the functions of mqtt_api.h. */
#ifndef ROBUST_MQTT_ARGUMENTS_H
#define ROBUST_MQTT_ARGUMENTS_H

/* While there is no client; there is none afterwards either. */
void misuse_mqtt_without_client(void);

/* While the client is connected; it stays so, without subscriptions. */
void misuse_mqtt_client(void);

/* A client alone: made, misused and destroyed. */
void misuse_mqtt_life(void);

#endif
