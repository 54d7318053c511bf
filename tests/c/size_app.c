/* What an application calls, for the size of what the linker then takes out of the archive. */
#ifdef WITH_MQTT_API
#include "infra_compat.h"
#include "mqtt_api.h"

static void on_message(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    (void)context;
    (void)client;
    (void)event;
}

int main(void)
{
    static char data[] = "{}";
    iotx_mqtt_param_t params = {0};
    iotx_mqtt_topic_info_t message = {0};
    void *client;

    IOT_SetLogLevel(IOT_LOG_INFO);
    params.host = "mqtt.example";
    params.handle_event.h_fp = on_message;
    client = IOT_MQTT_Construct(&params);
    if (client != NULL) {
        IOT_MQTT_Subscribe(client, "/a/+", IOTX_MQTT_QOS1, on_message, NULL);
        message.qos = IOTX_MQTT_QOS1;
        message.payload = data;
        message.payload_len = sizeof(data) - 1;
        IOT_MQTT_Publish(client, "/a/b", &message);
        IOT_MQTT_Yield(client, 200);
        IOT_MQTT_Unsubscribe(client, "/a/+");
        IOT_MQTT_CheckStateNormal(client);
    }
    return IOT_MQTT_Destroy(&client);
}
#else
#include "dev_model_api.h"
#include "infra_compat.h"
#ifdef WITH_BIND
#include "dev_bind_api.h"
#endif
#ifdef WITH_PROVISION
#include "awss_dev_ap.h"
#include "bind_api.h"
#include "wifi_provision_api.h"
#endif

static iotx_linkkit_dev_meta_info_t device;

static int on_link(void)
{
    return 0;
}

#ifdef WITH_BIND
static void on_event(int event)
{
    if (event == IOTX_RESET) {
        awss_report_cloud();
    }
}
#endif

int main(void)
{
    static char host[] = "mqtt.example";
    int devid;

    IOT_SetLogLevel(IOT_LOG_INFO);
    IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, host);
    IOT_RegisterCallback(ITE_CONNECT_SUCC, on_link);
    IOT_RegisterCallback(ITE_DISCONNECTED, on_link);
#ifdef WITH_PROVISION
    awss_config_press();
    if (awss_get_config_press() && awss_start() != 0) {
        static unsigned char token[16];
        awss_stop();
        awss_dev_ap_start();
        awss_dev_ap_stop();
        IOT_Bind_SetToken(token);
    }
#endif
    devid = IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &device);
    if (IOT_Linkkit_Connect(devid) == 0) {
#ifdef WITH_BIND
        iotx_event_regist_cb(on_event);
        if (!awss_check_reset()) {
            awss_report_reset();
        }
#endif
#ifdef WITH_MODEL
        static unsigned char properties[] = "{}";
        static char event[] = "Error", output[] = "{}";
        IOT_Linkkit_Report(devid, ITM_MSG_POST_PROPERTY, properties, sizeof(properties) - 1);
        IOT_Linkkit_Query(devid, ITM_MSG_QUERY_TIMESTAMP, NULL, 0);
        IOT_Linkkit_TriggerEvent(devid, event, sizeof(event) - 1, output, sizeof(output) - 1);
#endif
        IOT_Linkkit_Yield(200);
    }
    return IOT_Linkkit_Close(devid);
}
#endif
