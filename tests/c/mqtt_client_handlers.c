#include "mqtt_client_handlers.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANDLERS 32
#define LONGEST_NAME 16
#define LONGEST_COMMAND 200
/* More of a payload is counted, not printed. */
#define PRINTED_PAYLOAD 200

static const char *const EVENTS[] = {
    "UNDEF",
    "DISCONNECT",
    "RECONNECT",
    "SUBCRIBE_SUCCESS",
    "SUBCRIBE_TIMEOUT",
    "SUBCRIBE_NACK",
    "UNSUBCRIBE_SUCCESS",
    "UNSUBCRIBE_TIMEOUT",
    "UNSUBCRIBE_NACK",
    "PUBLISH_SUCCESS",
    "PUBLISH_TIMEOUT",
    "PUBLISH_NACK",
    "PUBLISH_RECEIVED",
    "BUFFER_OVERFLOW",
};

typedef struct {
    char name[LONGEST_NAME];
    char command[LONGEST_COMMAND];
} handler_t;

static handler_t handlers[HANDLERS];

static handler_t *handler(const char *name)
{
    size_t i = 0;
    while (i < HANDLERS && handlers[i].name[0] != '\0' && strcmp(handlers[i].name, name) != 0) {
        i++;
    }
    if (i == HANDLERS) {
        fputs("too many handlers\n", stderr);
        exit(EXIT_FAILURE);
    }
    snprintf(handlers[i].name, sizeof(handlers[i].name), "%s", name);
    return &handlers[i];
}

void *handler_context(const char *name)
{
    return handler(name);
}

void handler_obeys(const char *name, const char *command)
{
    snprintf(handler(name)->command, LONGEST_COMMAND, "%s", command);
}

static void obey(const handler_t *handler)
{
    /* The command may give the handler another one. */
    char command[LONGEST_COMMAND];
    strcpy(command, handler->command);
    if (command[0] != '\0') {
        run_command(command);
    }
}

static void print_message(const char *name, const iotx_mqtt_topic_info_t *info)
{
    printf("@message %s topic=%.*s ", name, (int)info->topic_len, info->ptopic);
    if (info->payload_len > PRINTED_PAYLOAD) {
        printf("bytes=%u", (unsigned)info->payload_len);
    } else {
        printf("payload=%.*s", (int)info->payload_len, info->payload);
    }
    printf(" qos=%u dup=%u retain=%u id=%u\n", info->qos, info->dup, info->retain, info->packet_id);
}

void on_message(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    const handler_t *told = context;
    if (client == NULL || event->event_type != IOTX_MQTT_EVENT_PUBLISH_RECEIVED) {
        printf("wrong call of %s: event %d\n", told->name, (int)event->event_type);
        return;
    }
    print_message(told->name, event->msg);
    obey(told);
}

void on_event(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    const handler_t *told = context;
    if (client == NULL || (unsigned)event->event_type >= sizeof(EVENTS) / sizeof(EVENTS[0])) {
        printf("wrong call of %s: event %d\n", told->name, (int)event->event_type);
    } else if (event->event_type == IOTX_MQTT_EVENT_PUBLISH_RECEIVED) {
        print_message(told->name, event->msg);
    } else {
        printf("@event %s id=%lu\n", EVENTS[event->event_type],
               (unsigned long)(uintptr_t)event->msg);
    }
    obey(told);
}
