/*
 * What is downloaded goes into the file `firmware.bin` of the working directory; a device would
 * write to its second slot here. The port is not told whether a file has passed its check: the
 * program must look at the result of IOT_Linkkit_Query before it uses it.
 */
#define _POSIX_C_SOURCE 200809L

#include "dm_wrapper.h"

#include <stdio.h>
#include <unistd.h>

static FILE *file;

static int close_file(void)
{
    int status = fflush(file) == 0 && fsync(fileno(file)) == 0 ? 0 : -1;

    if (fclose(file) != 0) {
        status = -1;
    }
    file = NULL;
    return status;
}

void HAL_Firmware_Persistence_Start(void)
{
    if (file != NULL) {
        close_file();
    }
    file = fopen("firmware.bin", "wb");
}

int HAL_Firmware_Persistence_Write(char *buffer, uint32_t length)
{
    return file != NULL && fwrite(buffer, 1, length, file) == length ? 0 : -1;
}

int HAL_Firmware_Persistence_Stop(void)
{
    return file != NULL ? close_file() : -1;
}
