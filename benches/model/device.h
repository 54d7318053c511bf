/*
 * The one device of a benchmark, through dev_model_api.h. A call that fails ends the program.
 */
#ifndef DEVICE_H
#define DEVICE_H

#define PRODUCT_KEY "a1Xz9QbTe4R"
#define DEVICE_NAME "bench_device"

/** Opens and connects it; log lines are off. */
void device_connect(const char *host);
/** Posts a small object; 0 when the library refuses, which does not end the program. */
int device_try_post(void);
/** The same, which must not be refused. */
void device_post_small(void);
/** The same with 200 bytes of properties. */
void device_post_200(void);

#endif
