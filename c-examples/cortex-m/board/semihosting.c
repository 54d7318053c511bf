#include "semihosting.h"

#include "uart.h"

#include <stdint.h>

#define SYS_EXIT_EXTENDED 0x20
#define APPLICATION_EXIT 0x20026u

void semihosting_exit(int status)
{
    uint32_t block[2] = {APPLICATION_EXIT, (uint32_t)status};
    register uint32_t operation __asm__("r0") = SYS_EXIT_EXTENDED;
    register uint32_t *argument __asm__("r1") = block;

    __asm__ volatile("bkpt 0xAB" : "+r"(operation) : "r"(argument) : "memory");
    for (;;) {
    }
}

void semihosting_fail(const char *why)
{
    uart_print("firmware: ");
    uart_print(why);
    uart_print("\r\n");
    semihosting_exit(EXIT_FAULT);
}
