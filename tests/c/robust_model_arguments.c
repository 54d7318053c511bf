#include "robust_model_arguments.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "dev_model_api.h"
#include "robust_check.h"

#define ENDLESS 100000

static const int STRANGE_NUMBERS[] = {-1, INT_MIN, INT_MAX, 8, 255, 65536};
static const char *const NEITHER_OBJECTS_NOR_ARRAYS[] = {"1", "{", "[", "{}x", "{\"a\":\"\xff\"}"};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int report(int devid, int type, const char *payload, int length)
{
    return IOT_Linkkit_Report(devid, (iotx_linkkit_msg_type_t)type, (unsigned char *)payload,
                              length);
}

static int query(int devid, int type, const char *payload, int length)
{
    return IOT_Linkkit_Query(devid, (iotx_linkkit_msg_type_t)type, (unsigned char *)payload,
                             length);
}

static int trigger(const char *event, int event_length, const char *payload, int length)
{
    return IOT_Linkkit_TriggerEvent(0, (char *)event, event_length, (char *)payload, length);
}

/* In a block of its own, so that a checker of memory sees every byte read behind it. */
static char *copy_of(const char *text, size_t length)
{
    char *copy = malloc(length);
    if (copy == NULL) {
        abort();
    }
    memset(copy, ' ', length);
    memcpy(copy, text, strlen(text));
    return copy;
}

static void misuse_payloads(const char *payload, int length)
{
    CHECK_EQUAL(report(0, ITM_MSG_POST_PROPERTY, payload, length), -1);
    CHECK_EQUAL(report(0, ITM_MSG_DEVICEINFO_UPDATE, payload, length), -1);
    CHECK_EQUAL(query(0, ITM_MSG_PROPERTY_DESIRED_GET, payload, length), -1);
    CHECK_EQUAL(query(0, ITM_MSG_PROPERTY_DESIRED_DELETE, payload, length), -1);
    CHECK_EQUAL(trigger("Error", 5, payload, length), -1);
}

static void misuse_lengths(void)
{
    char *endless = copy_of("{}", ENDLESS);
    misuse_payloads(NULL, 2);
    misuse_payloads("{}", 0);
    misuse_payloads("{}", INT_MIN);
    misuse_payloads(endless, ENDLESS);
    CHECK_EQUAL(report(0, ITM_MSG_POST_RAW_DATA, NULL, 2), -1);
    CHECK_EQUAL(report(0, ITM_MSG_POST_RAW_DATA, "{}", 0), -1);
    CHECK_EQUAL(report(0, ITM_MSG_POST_RAW_DATA, endless, ENDLESS), -1);
    CHECK_EQUAL(trigger(NULL, 5, "{}", 2), -1);
    CHECK_EQUAL(trigger("Error", 0, "{}", 2), -1);
    CHECK_EQUAL(trigger("Error", INT_MIN, "{}", 2), -1);
    CHECK_EQUAL(trigger(endless, ENDLESS, "{}", 2), -1);
    free(endless);
}

/* What is right, in blocks that end where it ends. */
static void use_exact_blocks(int is_connected)
{
    char *object = copy_of("{}", 2), *array = copy_of("[]", 2), *event = copy_of("Error", 5);
    int results[] = {
        report(0, ITM_MSG_POST_PROPERTY, object, 2),
        report(0, ITM_MSG_DEVICEINFO_UPDATE, array, 2),
        report(0, ITM_MSG_DEVICEINFO_DELETE, array, 2),
        query(0, ITM_MSG_PROPERTY_DESIRED_GET, array, 2),
        query(0, ITM_MSG_PROPERTY_DESIRED_DELETE, object, 2),
        trigger(event, 5, object, 2),
    };
    size_t i;
    for (i = 0; i < COUNT(results); i++) {
        CHECK(is_connected ? results[i] > 0 : results[i] == -1);
    }
    CHECK_EQUAL(report(0, ITM_MSG_POST_RAW_DATA, object, 2), is_connected ? 0 : -1);
    CHECK_EQUAL(query(0, ITM_MSG_QUERY_TIMESTAMP, NULL, 0), is_connected ? 0 : -1);
    free(object);
    free(array);
    free(event);
}

void misuse_model(int is_connected)
{
    size_t i;
    for (i = 0; i < COUNT(STRANGE_NUMBERS); i++) {
        CHECK_EQUAL(report(STRANGE_NUMBERS[i], ITM_MSG_POST_PROPERTY, "{}", 2), -1);
        CHECK_EQUAL(report(0, STRANGE_NUMBERS[i], "{}", 2), -1);
        CHECK_EQUAL(query(STRANGE_NUMBERS[i], ITM_MSG_QUERY_TIMESTAMP, "{}", 2), -1);
        CHECK_EQUAL(query(0, STRANGE_NUMBERS[i], "{}", 2), -1);
        CHECK_EQUAL(IOT_Linkkit_TriggerEvent(STRANGE_NUMBERS[i], "Error", 5, "{}", 2), -1);
    }
    for (i = 0; i < COUNT(NEITHER_OBJECTS_NOR_ARRAYS); i++) {
        misuse_payloads(NEITHER_OBJECTS_NOR_ARRAYS[i], (int)strlen(NEITHER_OBJECTS_NOR_ARRAYS[i]));
    }
    misuse_lengths();
    use_exact_blocks(is_connected);
}
