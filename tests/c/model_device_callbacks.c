#define _POSIX_C_SOURCE 200809L
#include "model_device_callbacks.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "infra_compat.h"
#include "wrappers.h"

typedef struct {
    const char *name;
    void (*set)(int is_registered);
    char command[LONGEST_LINE];
    int result;
    char response[LONGEST_LINE];
} callback_t;

static pthread_t main_thread;

static callback_t *callback(const char *name);

/* Does what the callback was told, once; the command may tell it something else. */
static int obey(const callback_t *told)
{
    char commands[LONGEST_LINE], *rest = commands, *command;

    strcpy(commands, told->command);
    callback(told->name)->command[0] = '\0';
    while ((command = strtok_r(rest, ";", &rest)) != NULL) {
        run_command(command);
    }
    return told->result;
}

static const char *checked(const char *name, const char *text, int length)
{
    if (!pthread_equal(pthread_self(), main_thread)) {
        printf("@wrong: %s in another thread\n", name);
    }
    if (text == NULL) {
        if (length != 0) {
            printf("@wrong: %s with NULL and a length of %d\n", name, length);
        }
        return "(null)";
    }
    if (length < 0 || text[length] != '\0' || strlen(text) != (size_t)length) {
        printf("@wrong: %s with a text that does not end at %d\n", name, length);
    }
    return text;
}

static int tell(const char *name)
{
    checked(name, "", 0);
    printf("@%s\n", name);
    return obey(callback(name));
}

static int tell_number(const char *name, const char *what, int number)
{
    checked(name, "", 0);
    printf("@%s %s=%d\n", name, what, number);
    return obey(callback(name));
}

/* What the application was told to answer; exactly as long as it says, without a NUL. */
static int answer(const char *name, char **response, int *response_length)
{
    const callback_t *told = callback(name);
    int has_none = strcmp(told->response, "null") == 0 || told->response[0] == '\0';
    size_t length = strcmp(told->response, "empty") == 0 ? 0 : strlen(told->response);
    int result = told->result;

    if (*response != NULL || *response_length != 0) {
        printf("@wrong: %s with a response already there\n", name);
    }
    if (!has_none) {
        *response = HAL_Malloc((uint32_t)(length == 0 ? 1 : length));
        if (*response == NULL) {
            exit(EXIT_FAILURE);
        }
        memcpy(*response, told->response, length);
        *response_length = (int)length;
    }
    obey(told);
    return result;
}

static int on_status(int event)
{
    return tell_number("status", "event", event);
}

static int on_connected(void)
{
    return tell("connected");
}

static int on_connect_fail(void)
{
    return tell("connect_fail");
}

static int on_disconnected(void)
{
    return tell("disconnected");
}

static int on_mqtt_connected(void)
{
    return tell("mqtt_connected");
}

static int on_initialized(const int devid)
{
    return tell_number("initialized", "devid", devid);
}

static int on_raw(const int devid, const unsigned char *data, const int length)
{
    char digits[2 * LONGEST_LINE + 1] = "";
    int i;

    checked("raw", "", 0);
    for (i = 0; i < length && i < LONGEST_LINE; i++) {
        snprintf(digits + 2 * i, 3, "%02x", data[i]);
    }
    printf("@raw devid=%d data=%s\n", devid, digits);
    return obey(callback("raw"));
}

static int on_service(const int devid, const char *id, const int id_length, const char *request,
                      const int request_length, char **response, int *response_length)
{
    printf("@service devid=%d id=%s request=%s\n", devid, checked("service", id, id_length),
           checked("service", request, request_length));
    return answer("service", response, response_length);
}

static int on_set(const int devid, const char *request, const int length)
{
    printf("@set devid=%d request=%s\n", devid, checked("set", request, length));
    return obey(callback("set"));
}

static int on_get(const int devid, const char *request, const int length, char **response,
                  int *response_length)
{
    printf("@get devid=%d request=%s\n", devid, checked("get", request, length));
    return answer("get", response, response_length);
}

static int on_desired(const char *reply, const int length)
{
    printf("@desired reply=%s\n", checked("desired", reply, length));
    return obey(callback("desired"));
}

static int on_report_reply(const int devid, const int msgid, const int code, const char *reply,
                           const int length)
{
    printf("@report_reply devid=%d msgid=%d code=%d reply=%s\n", devid, msgid, code,
           checked("report_reply", reply, length));
    return obey(callback("report_reply"));
}

static int on_event_reply(const int devid, const int msgid, const int code, const char *id,
                          const int id_length, const char *message, const int message_length)
{
    printf("@event_reply devid=%d msgid=%d code=%d id=%s message=%s\n", devid, msgid, code,
           checked("event_reply", id, id_length), checked("event_reply", message, message_length));
    return obey(callback("event_reply"));
}

static int on_timestamp(const char *text)
{
    printf("@timestamp text=%s\n",
           checked("timestamp", text, text == NULL ? 0 : (int)strlen(text)));
    return obey(callback("timestamp"));
}

#define SETTER(event, function)                                     \
    static void set_##function(int is_registered)                   \
    {                                                               \
        iotx_register_for_##event(is_registered ? function : NULL); \
    }

SETTER(ITE_AWSS_STATUS, on_status)
SETTER(ITE_CONNECT_SUCC, on_connected)
SETTER(ITE_CONNECT_FAIL, on_connect_fail)
SETTER(ITE_DISCONNECTED, on_disconnected)
SETTER(ITE_MQTT_CONNECT_SUCC, on_mqtt_connected)
SETTER(ITE_INITIALIZE_COMPLETED, on_initialized)
SETTER(ITE_RAWDATA_ARRIVED, on_raw)
SETTER(ITE_SERVICE_REQUEST, on_service)
SETTER(ITE_PROPERTY_SET, on_set)
SETTER(ITE_PROPERTY_GET, on_get)
SETTER(ITE_PROPERTY_DESIRED_GET_REPLY, on_desired)
SETTER(ITE_REPORT_REPLY, on_report_reply)
SETTER(ITE_TRIGGER_EVENT_REPLY, on_event_reply)
SETTER(ITE_TIMESTAMP_REPLY, on_timestamp)

static callback_t callbacks[] = {
    {"status", set_on_status, "", 0, ""},
    {"connected", set_on_connected, "", 0, ""},
    {"connect_fail", set_on_connect_fail, "", 0, ""},
    {"disconnected", set_on_disconnected, "", 0, ""},
    {"mqtt_connected", set_on_mqtt_connected, "", 0, ""},
    {"initialized", set_on_initialized, "", 0, ""},
    {"raw", set_on_raw, "", 0, ""},
    {"service", set_on_service, "", 0, ""},
    {"set", set_on_set, "", 0, ""},
    {"get", set_on_get, "", 0, ""},
    {"desired", set_on_desired, "", 0, ""},
    {"report_reply", set_on_report_reply, "", 0, ""},
    {"event_reply", set_on_event_reply, "", 0, ""},
    {"timestamp", set_on_timestamp, "", 0, ""},
};

static callback_t *callback(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
        if (strcmp(callbacks[i].name, name) == 0) {
            return &callbacks[i];
        }
    }
    fprintf(stderr, "no callback %s\n", name);
    exit(EXIT_FAILURE);
}

void register_callbacks(void)
{
    size_t i;

    main_thread = pthread_self();
    for (i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
        callbacks[i].set(1);
    }
}

int register_callback(char **words)
{
    callback(words[0])->set(atoi(words[1]));
    return 0;
}

int callback_obeys(char **words)
{
    join_words(words + 1, callback(words[0])->command, LONGEST_LINE);
    return 0;
}

int callback_answers(char **words)
{
    callback(words[0])->result = atoi(words[1]);
    join_words(words + 2, callback(words[0])->response, LONGEST_LINE);
    return 0;
}
