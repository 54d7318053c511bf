#include "virtual_cloud.h"

#include <string.h>

#include "virtual_broker.h"
#include "virtual_check.h"
#include "virtual_json.h"

#define TOKENS 8
#define ID_MAX 11

static struct cloud_counts counts;
static char tokens[TOKENS][TOKEN_LEN + 1];
static int match_reply_subscribed, reset_reply_subscribed;

const struct cloud_counts *cloud_counts(void)
{
    return &counts;
}

int cloud_serves(void)
{
    return match_reply_subscribed;
}

int cloud_knows_token(const char *token)
{
    for (int i = 0; i < TOKENS; i++) {
        if (token[0] != '\0' && strcmp(tokens[i], token) == 0) {
            return 1;
        }
    }
    return 0;
}

void cloud_connected(void)
{
    counts.connections++;
}

void cloud_disconnected(void)
{
    match_reply_subscribed = 0;
    reset_reply_subscribed = 0;
}

static int ends_with(const uint8_t *text, uint32_t len, const char *end)
{
    uint32_t end_len = (uint32_t)strlen(end);
    return len >= end_len && memcmp(text + len - end_len, end, end_len) == 0;
}

void cloud_subscribed(const uint8_t *filter, uint32_t len)
{
    match_reply_subscribed |= ends_with(filter, len, "/thing/awss/enrollee/match_reply");
    reset_reply_subscribed |= ends_with(filter, len, "/thing/reset_reply");
}

static void confirm(const uint8_t *topic, uint32_t topic_len, const uint8_t *payload, uint32_t len,
                    int is_subscribed)
{
    char id[ID_MAX + 1];
    char reply[96] = "{\"id\":\"";
    if (!json_text(payload, len, "\"id\":\"", id, sizeof id)) {
        violation("a report without an id");
        return;
    }
    if (!is_subscribed) {
        violation("a report before the subscription to its reply");
        return;
    }
    strcat(reply, id);
    strcat(reply, "\",\"code\":200,\"data\":{},\"message\":\"success\",\"version\":\"1.0\"}");
    broker_publish(topic, topic_len, "_reply", reply);
}

static void keep_token(const uint8_t *payload, uint32_t len)
{
    char *token = tokens[counts.token_reports % TOKENS];
    if (!json_text(payload, len, "\"token\":\"", token, TOKEN_LEN + 1) ||
        strspn(token, "0123456789ABCDEF") != TOKEN_LEN) {
        violation("a token report without a token");
    }
    counts.token_reports++;
}

void cloud_receive(const uint8_t *topic, uint32_t topic_len, const uint8_t *payload, uint32_t len)
{
    if (ends_with(topic, topic_len, "/thing/awss/enrollee/match")) {
        keep_token(payload, len);
        confirm(topic, topic_len, payload, len, match_reply_subscribed);
    } else if (ends_with(topic, topic_len, "/thing/reset")) {
        counts.unbind_reports++;
        confirm(topic, topic_len, payload, len, reset_reply_subscribed);
    } else if (ends_with(topic, topic_len, "/thing/event/property/post")) {
        counts.properties++;
    } else {
        violation("a message on a topic that the virtual cloud does not know");
    }
}
