/* HAL_SSL_* on the connection of HAL_TCP_*, with the results that ports of TLS give. */
#include "virtual_port.h"

#include "wrappers.h"

/* 0 is no handle of TLS, but one of TCP. */
uintptr_t HAL_SSL_Establish(const char *host, uint16_t port, const char *ca_crt,
                            uint32_t ca_crt_len)
{
    if (ca_crt_len == 0 || ca_crt[ca_crt_len - 1] != '\0') {
        rule_broken("a certificate without its NUL");
    }
    return HAL_TCP_Establish(host, port) + 1;
}

int32_t HAL_SSL_Destroy(uintptr_t handle)
{
    return HAL_TCP_Destroy(handle - 1);
}

int HAL_SSL_Read(uintptr_t handle, char *buf, int len, int timeout_ms)
{
    int32_t got = HAL_TCP_Read(handle - 1, buf, (uint32_t)len, (uint32_t)timeout_ms);

    /* Closed, and failed. */
    return got == -1 ? -2 : got == -2 ? -1 : got;
}

int HAL_SSL_Write(uintptr_t handle, const char *buf, int len, int timeout_ms)
{
    return HAL_TCP_Write(handle - 1, buf, (uint32_t)len, (uint32_t)timeout_ms);
}
