/* The functions of mqtt_api.h as commands of mqtt_client.c: each takes the words behind its name,
 * up to a NULL, and gives what the function gives. Handles are NULL and the client's in turn, for
 * they mean the same. */
#ifndef MQTT_CLIENT_CALLS_H
#define MQTT_CLIENT_CALLS_H

/* The handle, NULL while there is none. */
void *application_client(void);

/* null, or KEY=VALUE... of iotx_mqtt_param_t. 0: NULL; 1: a handle; 2: another handle than before.
 */
int call_construct(char **words);
/* Nothing, or null for NULL as the place of the handle. -100: the handle was not cleared. */
int call_destroy(char **words);
/* FILTER QOS HANDLER */
int call_subscribe(char **words);
/* FILTER QOS HANDLER MS */
int call_subscribe_sync(char **words);
/* FILTER */
int call_unsubscribe(char **words);
/* TOPIC QOS TEXT [retain]. -100: the packet id in the message is wrong. */
int call_publish(char **words);
/* TOPIC QOS LENGTH */
int call_publish_long(char **words);
/* TOPIC QOS TEXT */
int call_publish_simple(char **words);
int call_state(char **words);
/* MS */
int call_yield(char **words);
/* COUNT TOPIC QOS: publishes while another thread is in one yield of 10 s. Gives the time of the
 * longest call, ms, or the code of the first that failed. */
int call_publish_beside_yield(char **words);
/* TOPIC QOS LENGTH: until a call takes more than 1 s or fails. Gives the time of that call, ms. */
int call_publish_until_slow(char **words);

#endif
