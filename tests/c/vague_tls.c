/*
 * With PORT_LACKS=end-of-stream a port whose HAL_SSL_Read gives 0 at once when the connection is
 * closed. It prints how often it was called so far at every thousandth such call, and at the first.
 * Linked with --wrap.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrappers_tls.h"

int __real_HAL_SSL_Read(uintptr_t handle, char *buf, int len, int timeout_ms);
int __wrap_HAL_SSL_Read(uintptr_t handle, char *buf, int len, int timeout_ms);

int __wrap_HAL_SSL_Read(uintptr_t handle, char *buf, int len, int timeout_ms)
{
    static unsigned zeros = 0;
    const char *lacking = getenv("PORT_LACKS");
    int got = __real_HAL_SSL_Read(handle, buf, len, timeout_ms);

    if (got >= 0 || lacking == NULL || strcmp(lacking, "end-of-stream") != 0) {
        return got;
    }
    if (zeros++ % 1000 == 0) {
        printf("port: silence %u\n", zeros);
    }
    return 0;
}
