#include "provision_cloud.h"

#include "virtual_port.h"
#include "virtual_radio.h"

#include "dev_model_api.h"
#include "infra_compat.h"

#include <string.h>

#define OWN_TOPIC "/sys/a1GQc8iJOWI/gateway_test01/"
#define AT_MOST_ONCE 0x30
#define LONGEST_PACKET 512
#define YIELD_MS 200
#define SHOWN_MAX 64

void provision_cloud_open(void)
{
    static iotx_linkkit_dev_meta_info_t device;
    static char host[] = "cloud.example";

    IOT_Ioctl(IOTX_IOCTL_SET_MQTT_DOMAIN, host);
    strcpy(device.product_key, "a1GQc8iJOWI");
    strcpy(device.device_name, "gateway_test01");
    strcpy(device.device_secret, "abcdefghijklmnopqrstuvwxyz012345");
    trace("open -> %d", IOT_Linkkit_Open(IOTX_LINKKIT_DEV_TYPE_MASTER, &device));
    trace("online -> %d", IOT_Linkkit_Connect(0));
}

void provision_cloud_close(void)
{
    trace("close -> %d", IOT_Linkkit_Close(0));
}

void provision_cloud_yield(uint32_t ms)
{
    uint64_t end = virtual_now() + ms;

    while (virtual_now() < end) {
        IOT_Linkkit_Yield(YIELD_MS);
        virtual_wait(1);
    }
}

void provision_cloud_publish(const char *suffix, const char *payload)
{
    unsigned char packet[LONGEST_PACKET];
    size_t topic_length = strlen(OWN_TOPIC) + strlen(suffix);
    size_t length = 2 + topic_length + strlen(payload);

    if (3 + length > sizeof(packet)) {
        rule_broken("the cloud has no room for a message");
        return;
    }
    packet[0] = AT_MOST_ONCE;
    packet[1] = (unsigned char)(length | 0x80);
    packet[2] = (unsigned char)(length >> 7);
    packet[3] = 0;
    packet[4] = (unsigned char)topic_length;
    memcpy(packet + 5, OWN_TOPIC, strlen(OWN_TOPIC));
    memcpy(packet + 5 + strlen(OWN_TOPIC), suffix, strlen(suffix));
    memcpy(packet + 5 + topic_length, payload, strlen(payload));
    cloud_push(packet, 3 + length);
}

/* The cloud hears a message of the device. */
void model_published(const unsigned char *topic, size_t length)
{
    char text[SHOWN_MAX] = "";
    size_t own_length = strlen(OWN_TOPIC);

    if (length > own_length && length - own_length < sizeof(text)) {
        memcpy(text, topic + own_length, length - own_length);
        trace("heard %s", text);
    }
}

void HAL_Reboot(void)
{
    rule_lock_is_free("HAL_Reboot with a mutex locked");
    trace("reboot");
}
