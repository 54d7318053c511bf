#include "board/semihosting.h"
#include "wrappers.h"

/* The emulator ends, so that a reboot does not go unnoticed; a product resets the chip. */
void HAL_Reboot(void)
{
    semihosting_exit(EXIT_REBOOT);
}
