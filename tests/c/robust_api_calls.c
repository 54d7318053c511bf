#include "robust_api_calls.h"

#include <string.h>

#include "dev_bind_api.h"
#include "dev_model_api.h"
#include "dev_sign_api.h"
#include "infra_compat.h"
#include "robust_check.h"

/* The password of this device, made once with the C SDK. */
static const iotx_dev_meta_info_t SIGNED_DEVICE = {"a1X2bEnP82z", "", "example1",
                                                   "ga7XA6KdlEeiPXQPpRbAjOZXwG8ydgSe"};

static int loudest = IOT_LOG_DEBUG;

void set_loudest(int level)
{
    loudest = level;
}

static void call_sign(void)
{
    iotx_dev_meta_info_t device = SIGNED_DEVICE;
    iotx_sign_mqtt_t credentials;
    CHECK_EQUAL(IOT_Sign_MQTT(IOTX_CLOUD_REGION_SHANGHAI, &device, &credentials), 0);
    CHECK(strcmp(credentials.username, "example1&a1X2bEnP82z") == 0);
    CHECK_EQUAL((long)strlen(credentials.password), 64);
}

void call_settings(unsigned round, const char *host)
{
    char text[80];
    int region = -1;
    strncpy(text, host, sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, text), 0);
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_GET_REGION, &region), 0);
    CHECK_EQUAL(region, IOTX_CLOUD_REGION_CUSTOM);
    strcpy(text, (round & 1) != 0 ? "key=1" : "another=2");
    CHECK_EQUAL(IOT_Ioctl(IOTX_IOCTL_SET_CUSTOMIZE_INFO, text), 0);
    IOT_SetLogLevel((IOT_LogLevel)((round & 1) != 0 ? loudest : loudest / 2));
    call_sign();
}

static int is_zero_or_minus_one(int result)
{
    return result == 0 || result == -1;
}

void call_binding(void)
{
    CHECK(is_zero_or_minus_one(awss_report_cloud()));
    CHECK_EQUAL(awss_bind_deinit(), 0);
    CHECK(is_zero_or_minus_one(awss_report_cloud()));
}

void call_unbinding(void)
{
    int is_pending;
    CHECK_EQUAL(awss_report_reset(), 0);
    is_pending = awss_check_reset();
    CHECK(is_pending == 0 || is_pending == 1);
    CHECK_EQUAL(awss_stop_report_reset(), 0);
}

static int is_id_or_minus_one(int result)
{
    return result >= 1 || result == -1;
}

void call_model(void)
{
    char event[] = "Error", object[] = "{\"a\":1}", array[] = "[\"a\"]";
    int object_length = (int)strlen(object), array_length = (int)strlen(array);
    CHECK(is_id_or_minus_one(
        IOT_Linkkit_Report(0, ITM_MSG_POST_PROPERTY, (unsigned char *)object, object_length)));
    CHECK(is_zero_or_minus_one(
        IOT_Linkkit_Report(0, ITM_MSG_POST_RAW_DATA, (unsigned char *)object, object_length)));
    CHECK(is_id_or_minus_one(
        IOT_Linkkit_Query(0, ITM_MSG_PROPERTY_DESIRED_GET, (unsigned char *)array, array_length)));
    CHECK(is_zero_or_minus_one(IOT_Linkkit_Query(0, ITM_MSG_QUERY_TIMESTAMP, NULL, 0)));
    CHECK(is_id_or_minus_one(
        IOT_Linkkit_TriggerEvent(0, event, (int)strlen(event), object, object_length)));
}
