/*
 * The store is in RAM: a product keeps it in flash, because an unbind must survive a loss of power.
 */
#include "wrappers.h"

#include <string.h>

#define RECORDS_MAX 4
#define KEY_MAX 31
#define VALUE_MAX 64

typedef struct {
    char key[KEY_MAX + 1];
    int length;
    unsigned char value[VALUE_MAX];
} record_t;

static record_t records[RECORDS_MAX];

/* The record of `key`; the empty key finds a free record. NULL when there is none. */
static record_t *find(const char *key)
{
    int i;

    for (i = 0; i < RECORDS_MAX; i++) {
        if (strcmp(records[i].key, key) == 0) {
            return &records[i];
        }
    }
    return NULL;
}

int HAL_Kv_Get(const char *key, void *val, int *buffer_len)
{
    const record_t *record = find(key);

    if (record == NULL || key[0] == '\0') {
        return -1;
    }
    if (*buffer_len > record->length) {
        *buffer_len = record->length;
    }
    memcpy(val, record->value, (size_t)*buffer_len);
    return 0;
}

int HAL_Kv_Set(const char *key, const void *val, int len, int sync)
{
    record_t *record = find(key);

    (void)sync;
    if (key[0] == '\0' || strlen(key) > KEY_MAX || len <= 0 || len > VALUE_MAX) {
        return -1;
    }
    if (record == NULL) {
        record = find("");
    }
    if (record == NULL) {
        return -1;
    }
    strcpy(record->key, key);
    record->length = len;
    memcpy(record->value, val, (size_t)len);
    return 0;
}
