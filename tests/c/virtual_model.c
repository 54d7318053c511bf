#include "virtual_model.h"

#include "virtual_calls.h"
#include "virtual_port.h"

#include "dev_model_api.h"
#include "infra_compat.h"
#include "wrappers.h"

#include <string.h>

/* An event is sent with QoS 0, as what the cloud then asks for, so it may take some. */
#define TRIES 4
#define ANSWER_MS 5000

static int was_set, was_raw, was_asked, was_called;

static int answer(char **response, int *length)
{
    static const char text[] = "{\"PowerSwitch\":1}";
    rule_lock_is_free("a callback with a mutex locked");
    *response = HAL_Malloc(sizeof(text) - 1);
    if (*response == NULL) {
        return -1;
    }
    memcpy(*response, text, sizeof(text) - 1);
    *length = (int)sizeof(text) - 1;
    return 0;
}

static int on_set(const int devid, const char *request, const int length)
{
    rule_lock_is_free("a callback with a mutex locked");
    was_set |= devid == 0 && length == (int)strlen(request);
    return 0;
}

static int on_get(const int devid, const char *request, const int length, char **response,
                  int *response_length)
{
    was_asked |= devid == 0 && length == (int)strlen(request);
    return answer(response, response_length);
}

static int on_service(const int devid, const char *id, const int id_length, const char *request,
                      const int length, char **response, int *response_length)
{
    was_called |= devid == 0 && id_length == (int)strlen("Hello") && strcmp(id, "Hello") == 0 &&
                  length == (int)strlen(request);
    return answer(response, response_length);
}

static int on_raw(const int devid, const unsigned char *data, const int length)
{
    rule_lock_is_free("a callback with a mutex locked");
    was_raw |= devid == 0 && length == 3 && memcmp(data, "raw", 3) == 0;
    return 0;
}

static int is_done(void)
{
    return was_set && was_asked && was_called && was_raw && cloud_model_is_answered();
}

static void trigger(void)
{
    static char event[] = "Error", output[] = "{\"ErrorCode\":0}";
    call_t call = call_begins();
    int result = IOT_Linkkit_TriggerEvent(0, event, sizeof(event) - 1, output, sizeof(output) - 1);
    call_ended(&call, result > 0, result == -1, CALL_MAX_MS);
}

static void ask_for_time(void)
{
    call_t call = call_begins();
    int result = IOT_Linkkit_Query(0, ITM_MSG_QUERY_TIMESTAMP, NULL, 0);
    call_ended(&call, result == 0, result == -1, CALL_MAX_MS);
}

int model_run(void)
{
    unsigned tries;

    was_set = was_raw = was_asked = was_called = 0;
    IOT_RegisterCallback(ITE_PROPERTY_SET, on_set);
    IOT_RegisterCallback(ITE_PROPERTY_GET, on_get);
    IOT_RegisterCallback(ITE_SERVICE_REQUEST, on_service);
    IOT_RegisterCallback(ITE_RAWDATA_ARRIVED, on_raw);
    for (tries = 0; tries < TRIES && !is_done(); tries++) {
        if (!yield_until_time(IOT_Linkkit_Yield, cloud_serves, virtual_now() + PATIENCE_MS)) {
            return 0;
        }
        /* The connection can be lost with the one and refuse the other. */
        trigger();
        ask_for_time();
        yield_until_time(IOT_Linkkit_Yield, is_done, virtual_now() + ANSWER_MS);
    }
    return is_done();
}
