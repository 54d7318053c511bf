/* The cloud's side of binding. */
#ifndef VIRTUAL_CLOUD_H
#define VIRTUAL_CLOUD_H

#include <stdint.h>

#define TOKEN_LEN 32

/* Numbers since the start. */
struct cloud_counts {
    uint32_t connections;
    uint32_t token_reports;
    uint32_t unbind_reports;
    uint32_t properties;
};

const struct cloud_counts *cloud_counts(void);

/* Is the device connected and subscribed to the replies of token reports? */
int cloud_serves(void);

/* Is it one of the last tokens that were reported? */
int cloud_knows_token(const char *token);

/* For the broker. */
void cloud_connected(void);
void cloud_disconnected(void);
void cloud_subscribed(const uint8_t *filter, uint32_t len);
void cloud_receive(const uint8_t *topic, uint32_t topic_len, const uint8_t *payload, uint32_t len);

#endif
