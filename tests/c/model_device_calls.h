/*
 * The functions of dev_model_api.h that send, as commands of model_device.c: each takes the words
 * behind its name, up to a NULL, and gives what the function gives. A BYTES word stands for itself;
 * "hex:…" for bytes in hexadecimal digits, "null" for NULL with a length of 2, "empty" for "{}"
 * with a length of 0, "negative" for "{}" with a length of -1.
 */
#ifndef MODEL_DEVICE_CALLS_H
#define MODEL_DEVICE_CALLS_H

/* TYPE BYTES [DEVID] */
int call_report(char **words);
/* TYPE LENGTH: an object of that many bytes. */
int call_report_long(char **words);
/* TYPE [BYTES] */
int call_query(char **words);
/* EVENT BYTES [DEVID]; the name of the event is BYTES too. */
int call_trigger(char **words);
/* COUNT: posts properties, and yields once in a while. Gives the id of the last one; the first
 * result that is not the id behind the one before, negated, when there is one. */
int call_post_many(char **words);
/* THREADS COUNT: each thread posts {"thread":t,"number":n} that many times while this one yields.
 * Prints "@posted t n id" of each. */
int call_post_beside_yield(char **words);

#endif
