/* Calls of every function that may run beside IOT_Linkkit_Yield, with checks of what they give. */
#ifndef ROBUST_API_CALLS_H
#define ROBUST_API_CALLS_H

/* The most that is ever logged from now on; DEBUG if never called. */
void set_loudest(int level);

/* Settings, signing and log level. `round` varies what is set. */
void call_settings(unsigned round, const char *host);

/* Binding, while the device may be open or not. */
void call_binding(void);

/* Unbinding, while the device may be open or not. */
void call_unbinding(void);

/* Reports, queries and an event, while the device may be open or not. */
void call_model(void);

#endif
