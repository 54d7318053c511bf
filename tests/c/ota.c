/*
 * A device that downloads, told by standard input what to do, one word per line:
 *
 *   ota PRODUCT_KEY DEVICE_NAME DEVICE_SECRET HOST
 *
 * After each command it prints "device: <command> = <result>", on each callback "event: <name>",
 * and "flash: <call>" for what the port is given. FLASH_FAILS_AT=N: the N-th write fails, from 1;
 * 0: Stop.
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "dev_model_api.h"
#include "dm_wrapper.h"
#include "infra_compat.h"

#define YIELD_MS 20
#define BUFFER_SIZE 1000

void __real_HAL_Firmware_Persistence_Start(void);
int __real_HAL_Firmware_Persistence_Write(char *buffer, uint32_t length);
int __real_HAL_Firmware_Persistence_Stop(void);
void __wrap_HAL_Firmware_Persistence_Start(void);
int __wrap_HAL_Firmware_Persistence_Write(char *buffer, uint32_t length);
int __wrap_HAL_Firmware_Persistence_Stop(void);

static iotx_linkkit_dev_meta_info_t identity;
static unsigned char buffer[BUFFER_SIZE];
static int fetches_in_callback;
static int is_in_callback;
static int is_connected;
static int writes;
static int is_over;

static int fails_at(int number)
{
    const char *text = getenv("FLASH_FAILS_AT");
    return text != NULL && atoi(text) == number;
}

void __wrap_HAL_Firmware_Persistence_Start(void)
{
    printf("flash: start\n");
    writes = 0;
    __real_HAL_Firmware_Persistence_Start();
}

int __wrap_HAL_Firmware_Persistence_Write(char *bytes, uint32_t length)
{
    int status = __real_HAL_Firmware_Persistence_Write(bytes, length);

    __atomic_add_fetch(&writes, 1, __ATOMIC_SEQ_CST);
    printf("flash: write %u\n", (unsigned)length);
    return fails_at(writes) ? -1 : status;
}

int __wrap_HAL_Firmware_Persistence_Stop(void)
{
    int status = __real_HAL_Firmware_Persistence_Stop();

    printf("flash: stop\n");
    return fails_at(0) ? -1 : status;
}

static int query(iotx_linkkit_msg_type_t type)
{
    return IOT_Linkkit_Query(0, type, buffer, sizeof(buffer));
}

static int on_firmware(const int type, const char *version)
{
    printf("event: ITE_FOTA %d %s%s\n", type, version, is_in_callback ? " nested" : "");
    is_in_callback = 1;
    if (fetches_in_callback) {
        printf("device: fetch = %d\n", query(ITM_MSG_QUERY_FOTA_DATA));
    }
    is_in_callback = 0;
    return 0;
}

static int on_config(const int type, const char *config_id, int config_size, const char *get_type,
                     const char *sign, const char *sign_method, const char *url)
{
    printf("event: ITE_COTA %d %s %d %s %s %s %s%s\n", type, config_id, config_size, get_type, sign,
           sign_method, url, is_in_callback ? " nested" : "");
    return 0;
}

static int connect_device(void)
{
    if (IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &identity) < 0) {
        return -1;
    }
    is_connected = IOT_Linkkit_Connect(0) == 0;
    return is_connected ? 0 : -1;
}

static int close_device(void)
{
    is_connected = 0;
    return IOT_Linkkit_Close(0);
}

static int fetch_in_callback(void)
{
    fetches_in_callback = 1;
    return 0;
}

static int fota(void)
{
    return query(ITM_MSG_QUERY_FOTA_DATA);
}

static int cota(void)
{
    return query(ITM_MSG_QUERY_COTA_DATA);
}

static int request_cota(void)
{
    return query(ITM_MSG_REQUEST_COTA);
}

static int request_image(void)
{
    strcpy((char *)buffer, "7.1");
    return query(ITM_MSG_REQUEST_FOTA_IMAGE);
}

static int bad_arguments(void)
{
    return IOT_Linkkit_Query(0, ITM_MSG_QUERY_FOTA_DATA, NULL, 10) == -1 &&
                   IOT_Linkkit_Query(0, ITM_MSG_QUERY_FOTA_DATA, buffer, 0) == -1 &&
                   IOT_Linkkit_Query(0, ITM_MSG_QUERY_FOTA_DATA, buffer, -1) == -1 &&
                   IOT_Linkkit_Query(1, ITM_MSG_QUERY_FOTA_DATA, buffer, 10) == -1 &&
                   IOT_Linkkit_Query(0, ITM_MSG_REQUEST_FOTA_IMAGE, NULL, 0) == -1 &&
                   IOT_Linkkit_Query(0, (iotx_linkkit_msg_type_t)99, buffer, 10) == -1
               ? 0
               : -1;
}

static void *report(void *unused)
{
    char properties[] = "{\"x\":1}";

    while (!__atomic_load_n(&is_over, __ATOMIC_SEQ_CST)) {
        printf("device: report > 0: %d\n",
               IOT_Linkkit_Report(0, ITM_MSG_POST_PROPERTY, (unsigned char *)properties,
                                  (int)strlen(properties)) > 0);
        HAL_SleepMs(20);
    }
    return unused;
}

static void *close_at_a_write(void *unused)
{
    while (__atomic_load_n(&writes, __ATOMIC_SEQ_CST) == 0) {
        HAL_SleepMs(1);
    }
    printf("device: close = %d\n", IOT_Linkkit_Close(0));
    return unused;
}

static int fota_beside(void *(*routine)(void *))
{
    pthread_t thread;
    int result;

    is_over = 0;
    writes = 0;
    if (pthread_create(&thread, NULL, routine, NULL) != 0) {
        return -2;
    }
    result = fota();
    __atomic_store_n(&is_over, 1, __ATOMIC_SEQ_CST);
    pthread_join(thread, NULL);
    return result;
}

static int fota_while_reporting(void)
{
    return fota_beside(report);
}

static int fota_until_closed(void)
{
    int result = fota_beside(close_at_a_write);

    is_connected = 0;
    return result;
}

static const struct {
    const char *name;
    int (*run)(void);
} COMMANDS[] = {
    {"connect", connect_device},
    {"close", close_device},
    {"fetch_in_callback", fetch_in_callback},
    {"fota", fota},
    {"cota", cota},
    {"request_cota", request_cota},
    {"request_image", request_image},
    {"bad_arguments", bad_arguments},
    {"fota_while_reporting", fota_while_reporting},
    {"fota_until_closed", fota_until_closed},
};

static int run_command(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++) {
        if (strcmp(COMMANDS[i].name, name) == 0) {
            printf("device: %s = %d\n", name, COMMANDS[i].run());
            return 0;
        }
    }
    return -1;
}

static int serve(void)
{
    if (is_connected) {
        IOT_Linkkit_Yield(YIELD_MS);
    }
    return is_connected;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    strncpy(identity.product_key, argv[1], IOTX_PRODUCT_KEY_LEN);
    strncpy(identity.device_name, argv[2], IOTX_DEVICE_NAME_LEN);
    strncpy(identity.device_secret, argv[3], IOTX_DEVICE_SECRET_LEN);
    if (IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, argv[4]) != 0) {
        return 2;
    }
    IOT_RegisterCallback(ITE_FOTA, on_firmware);
    IOT_RegisterCallback(ITE_COTA, on_config);
    return obey_input(serve, run_command);
}
