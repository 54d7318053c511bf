/* What no caller should pass, to every function of the library: before it is open, while it is
 * connected, and after. The device binds in between all the same. Arguments: product key, device
 * name, device secret, product secret, host. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "dev_sign_api.h"
#include "dynreg_api.h"
#include "infra_compat.h"
#include "robust_check.h"
#include "robust_identity.h"
#include "robust_model_arguments.h"
#include "robust_mqtt_arguments.h"
#include "wrappers.h"

#define LONGEST_DOMAIN 64
#define LONGEST_CUSTOMIZE_INFO 80
#define BIND_MS 15000
#define CUSTOM_REGION_WITHOUT_DOMAIN (-1105)

static const int STRANGE_NUMBERS[] = {-1, INT_MIN, INT_MAX, 7, 255, 65536};
#define STRANGE_COUNT (sizeof STRANGE_NUMBERS / sizeof STRANGE_NUMBERS[0])

/* Texts that no field may have: empty, a topic of their own, not UTF-8. */
static const char *const BAD_NAMES[] = {"",     "a/b",      "+",        "#",
                                        "a\nb", "\xff\xfe", "\xc0\x80", "\xed\xa0\x80"};
#define BAD_NAME_COUNT (sizeof BAD_NAMES / sizeof BAD_NAMES[0])

static int bind_notified;

static int on_status(int status)
{
    bind_notified |= status == IOTX_AWSS_BIND_NOTIFY;
    return 0;
}

/* A block of its own, so that a checker of memory sees every byte read behind it. */
static char *text_of(char letter, size_t length)
{
    char *text = malloc(length + 1);
    if (text == NULL) {
        abort();
    }
    memset(text, letter, length);
    text[length] = '\0';
    return text;
}

static void check_open_refuses(const iotx_linkkit_dev_meta_info_t *meta_info)
{
    iotx_linkkit_dev_meta_info_t *copy = malloc(sizeof *copy);
    if (copy == NULL) {
        abort();
    }
    *copy = *meta_info;
    CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, copy), -1);
    free(copy);
}

static void misuse_open(const iotx_linkkit_dev_meta_info_t *good)
{
    iotx_linkkit_dev_meta_info_t bad = *good;
    size_t i;
    CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, NULL), -1);
    CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_SLAVE, &bad), -1);
    for (i = 0; i < STRANGE_COUNT; i++) {
        CHECK_EQUAL(IOT_Linkkit_Open((iotx_linkkit_dev_type_t)STRANGE_NUMBERS[i], &bad), -1);
    }
    for (i = 0; i < BAD_NAME_COUNT; i++) {
        bad = *good;
        strcpy(bad.product_key, BAD_NAMES[i]);
        check_open_refuses(&bad);
        bad = *good;
        strcpy(bad.device_name, BAD_NAMES[i]);
        check_open_refuses(&bad);
    }
    bad = *good;
    memset(bad.product_key, 'k', sizeof bad.product_key);
    check_open_refuses(&bad);
    bad = *good;
    memset(bad.device_name, 'n', sizeof bad.device_name);
    check_open_refuses(&bad);
    bad = *good;
    memset(bad.device_secret, 's', sizeof bad.device_secret);
    check_open_refuses(&bad);
    bad = *good;
    bad.device_secret[0] = '\0';
    check_open_refuses(&bad);
    memset(&bad, 0xff, sizeof bad);
    check_open_refuses(&bad);
}

static void misuse_devids(void)
{
    size_t i;
    for (i = 0; i < STRANGE_COUNT; i++) {
        CHECK_EQUAL(IOT_Linkkit_Connect(STRANGE_NUMBERS[i]), -1);
        CHECK_EQUAL(IOT_Linkkit_Close(STRANGE_NUMBERS[i]), -1);
    }
    uint64_t begin = HAL_UptimeMs();
    IOT_Linkkit_Yield(0);
    IOT_Linkkit_Yield(-1);
    IOT_Linkkit_Yield(INT_MIN);
    CHECK(HAL_UptimeMs() - begin < 1000);
}

static void check_ioctl_refuses_text(int option, char *text)
{
    int before = -1, after = -1;
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_GET_REGION, &before), 0);
    CHECK_EQUAL(IOT_Ioctl(option, text), -1);
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_GET_REGION, &after), 0);
    CHECK_EQUAL(after, before);
    free(text);
}

static void misuse_ioctl(void)
{
    int before = -1, after = -1, number = 0;
    size_t i;
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_GET_REGION, &before), 0);
    for (i = 0; i < STRANGE_COUNT; i++) {
        number = STRANGE_NUMBERS[i];
        CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_SET_REGION, &number), -1);
        if (number < 0 || number > 255) {
            CHECK_EQUAL(IOT_Ioctl(number, &after), -1);
        }
    }
    for (number = -1; number < 32; number++) {
        CHECK_EQUAL(IOT_Ioctl(number, NULL), -1);
    }
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_GET_REGION, &after), 0);
    CHECK_EQUAL(after, before);
    check_ioctl_refuses_text(IOTX_IOCTL_SET_MQTT_DOMAIN, text_of('d', LONGEST_DOMAIN + 1));
    check_ioctl_refuses_text(IOTX_IOCTL_SET_MQTT_DOMAIN, text_of('d', 100000));
    check_ioctl_refuses_text(IOTX_IOCTL_SET_MQTT_DOMAIN, text_of('\xff', 10));
    check_ioctl_refuses_text(IOTX_IOCTL_SET_CUSTOMIZE_INFO,
                             text_of('i', LONGEST_CUSTOMIZE_INFO + 1));
    check_ioctl_refuses_text(IOTX_IOCTL_SET_CUSTOMIZE_INFO, text_of('\xc3', 10));
}

static void check_sign_refuses(int region, iotx_dev_meta_info_t *meta, int code)
{
    iotx_sign_mqtt_t untouched, credentials;
    memset(&untouched, 0xaa, sizeof untouched);
    memcpy(&credentials, &untouched, sizeof credentials);
    CHECK_EQUAL(IOT_Sign_MQTT((iotx_mqtt_region_types_t)region, meta, &credentials), code);
    CHECK(memcmp(&credentials, &untouched, sizeof credentials) == 0);
}

static void misuse_registration(void)
{
    iotx_dev_meta_info_t good = {"a1X2bEnP82z", "4bqTzWBnJ3S2Xjzs", "example1", ""}, bad = good;
    size_t i;
    CHECK_EQUAL(IOT_Dynamic_Register(IOTX_HTTP_REGION_SHANGHAI, NULL), -1);
    for (i = 0; i < STRANGE_COUNT; i++) {
        CHECK_EQUAL(IOT_Dynamic_Register((iotx_http_region_types_t)STRANGE_NUMBERS[i], &good), -1);
    }
    for (i = 0; i < BAD_NAME_COUNT; i++) {
        bad = good;
        strcpy(bad.product_key, BAD_NAMES[i]);
        CHECK_EQUAL(IOT_Dynamic_Register(IOTX_HTTP_REGION_SHANGHAI, &bad), -1);
        bad = good;
        strcpy(bad.device_name, BAD_NAMES[i]);
        CHECK_EQUAL(IOT_Dynamic_Register(IOTX_HTTP_REGION_SHANGHAI, &bad), -1);
    }
    bad = good;
    memset(bad.product_secret, 'x', sizeof bad.product_secret);
    CHECK_EQUAL(IOT_Dynamic_Register(IOTX_HTTP_REGION_SHANGHAI, &bad), -1);
    bad.product_secret[0] = '\0';
    CHECK_EQUAL(IOT_Dynamic_Register(IOTX_HTTP_REGION_SHANGHAI, &bad), -1);
    CHECK_EQUAL(bad.device_secret[0], '\0');
}

static void misuse_sign(void)
{
    iotx_dev_meta_info_t good = {"a1X2bEnP82z", "", "example1", "ga7XA6KdlEeiPXQPpRbAjOZXwG8ydgSe"},
                         bad = good;
    size_t i;
    check_sign_refuses(IOTX_CLOUD_REGION_SHANGHAI, NULL, -1);
    CHECK_EQUAL(IOT_Sign_MQTT(IOTX_CLOUD_REGION_SHANGHAI, &good, NULL), -1);
    for (i = 0; i < STRANGE_COUNT; i++) {
        check_sign_refuses(STRANGE_NUMBERS[i], &good, -1);
    }
    for (i = 0; i < BAD_NAME_COUNT; i++) {
        bad = good;
        strcpy(bad.product_key, BAD_NAMES[i]);
        check_sign_refuses(IOTX_CLOUD_REGION_SHANGHAI, &bad, -1);
        bad = good;
        strcpy(bad.device_name, BAD_NAMES[i]);
        check_sign_refuses(IOTX_CLOUD_REGION_SHANGHAI, &bad, -1);
    }
    bad = good;
    bad.device_secret[0] = '\0';
    check_sign_refuses(IOTX_CLOUD_REGION_SHANGHAI, &bad, -1);
    memset(&bad, 'x', sizeof bad);
    check_sign_refuses(IOTX_CLOUD_REGION_SHANGHAI, &bad, -1);
    memset(&bad, 0xff, sizeof bad);
    check_sign_refuses(IOTX_CLOUD_REGION_SHANGHAI, &bad, -1);
}

static void misuse_log_level(void)
{
    size_t i;
    for (i = 0; i < STRANGE_COUNT; i++) {
        IOT_SetLogLevel((IOT_LogLevel)STRANGE_NUMBERS[i]);
    }
}

static void clear_all_callbacks(void)
{
    IOT_RegisterCallback(ITE_AWSS_STATUS, NULL);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, NULL);
    IOT_RegisterCallback(ITE_CONNECT_FAIL, NULL);
    IOT_RegisterCallback(ITE_DISCONNECTED, NULL);
    IOT_RegisterCallback(ITE_RAWDATA_ARRIVED, NULL);
    IOT_RegisterCallback(ITE_SERVICE_REQUEST, NULL);
    IOT_RegisterCallback(ITE_PROPERTY_SET, NULL);
    IOT_RegisterCallback(ITE_PROPERTY_GET, NULL);
    IOT_RegisterCallback(ITE_PROPERTY_DESIRED_GET_REPLY, NULL);
    IOT_RegisterCallback(ITE_REPORT_REPLY, NULL);
    IOT_RegisterCallback(ITE_TRIGGER_EVENT_REPLY, NULL);
    IOT_RegisterCallback(ITE_TIMESTAMP_REPLY, NULL);
    IOT_RegisterCallback(ITE_TOPOLIST_REPLY, NULL);
    IOT_RegisterCallback(ITE_PERMIT_JOIN, NULL);
    IOT_RegisterCallback(ITE_INITIALIZE_COMPLETED, NULL);
    IOT_RegisterCallback(ITE_FOTA, NULL);
    IOT_RegisterCallback(ITE_COTA, NULL);
    IOT_RegisterCallback(ITE_MQTT_CONNECT_SUCC, NULL);
    CHECK_EQUAL(iotx_event_regist_cb(NULL), 0);
}

static void misuse_everything(const iotx_linkkit_dev_meta_info_t *good)
{
    misuse_open(good);
    misuse_devids();
    misuse_ioctl();
    misuse_registration();
    misuse_sign();
    misuse_log_level();
    clear_all_callbacks();
}

static void misuse_closed_device(void)
{
    CHECK_EQUAL(IOT_Linkkit_Connect(0), -1);
    CHECK_EQUAL(IOT_Linkkit_Close(0), -1);
    IOT_Linkkit_Yield(INT_MAX);
    CHECK_EQUAL(awss_report_cloud(), -1);
    CHECK_EQUAL(awss_bind_deinit(), 0);
    CHECK_EQUAL(awss_check_reset(), 0);
    CHECK_EQUAL(awss_stop_report_reset(), 0);
}

static void set_host(char *host)
{
    char nothing[] = "";
    iotx_dev_meta_info_t device = {"a1X2bEnP82z", "", "example1",
                                   "ga7XA6KdlEeiPXQPpRbAjOZXwG8ydgSe"};
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, nothing), 0);
    check_sign_refuses(IOTX_CLOUD_REGION_CUSTOM, &device, CUSTOM_REGION_WITHOUT_DOMAIN);
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, host), 0);
}

static void bind_device(iotx_linkkit_dev_meta_info_t *meta_info)
{
    uint64_t deadline = HAL_UptimeMs() + BIND_MS;
    CHECK_EQUAL(IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, meta_info), 0);
    misuse_everything(meta_info);
    misuse_model(0);
    CHECK_EQUAL(IOT_Linkkit_Connect(0), 0);
    misuse_everything(meta_info);
    misuse_model(1);
    misuse_mqtt_client();
    CHECK_EQUAL(IOT_Linkkit_Connect(0), -1);
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_status);
    CHECK_EQUAL(awss_report_cloud(), 0);
    while (!bind_notified && HAL_UptimeMs() < deadline) {
        IOT_Linkkit_Yield(100);
    }
    CHECK(bind_notified);
    CHECK_EQUAL(awss_report_reset(), 0);
    while (awss_check_reset() == 1 && HAL_UptimeMs() < deadline) {
        IOT_Linkkit_Yield(100);
    }
    CHECK_EQUAL(awss_check_reset(), 0);
    CHECK_EQUAL(IOT_Linkkit_Close(0), 0);
}

int main(int argc, char **argv)
{
    iotx_linkkit_dev_meta_info_t meta_info;
    if (argc != 6) {
        return EXIT_FAILURE;
    }
    identity_from_arguments(&meta_info, argv + 1);
    misuse_closed_device();
    misuse_everything(&meta_info);
    set_host(argv[5]);
    misuse_mqtt_without_client();
    bind_device(&meta_info);
    misuse_closed_device();
    misuse_mqtt_life();
    misuse_everything(&meta_info);
    return check_summary();
}
