/* The key-value store, in RAM: it outlives IOT_Linkkit_Close. */
#ifndef VIRTUAL_KV_H
#define VIRTUAL_KV_H

/* As from the factory. */
void kv_clear(void);

#endif
