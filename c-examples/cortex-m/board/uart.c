/* CMSDK APB UART 0, the console. */
#include "board.h"

#define DATA REGISTER(0x40004000)
#define STATE REGISTER(0x40004004)
#define CONTROL REGISTER(0x40004008)
#define BAUD_DIVIDER REGISTER(0x40004010)

#define STATE_TX_FULL 1u
#define CONTROL_TX_ENABLE 1u
#define FASTEST 16u

void board_print(const char *text)
{
    BAUD_DIVIDER = FASTEST;
    CONTROL = CONTROL_TX_ENABLE;
    for (; *text != '\0'; text++) {
        while (STATE & STATE_TX_FULL) {
        }
        DATA = (unsigned char)*text;
    }
}
