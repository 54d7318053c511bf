#include "dev_bind_wrapper.h"

#include <stdlib.h>

/* A host does not restart for its firmware. */
void HAL_Reboot(void)
{
    exit(EXIT_SUCCESS);
}
