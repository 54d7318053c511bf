/* What an application does with the device model, on the virtual port. */
#ifndef VIRTUAL_MODEL_H
#define VIRTUAL_MODEL_H

/** On a connected device: triggers an event, asks for the time, and serves what the cloud then asks
 * for. Gives 1 when all went as it should. */
int model_run(void);

#endif
