#include "virtual_kv.h"

#include <stddef.h>
#include <string.h>

#include "virtual_check.h"
#include "virtual_fault.h"
#include "virtual_mutex.h"
#include "wrappers.h"

#define ENTRIES 4
#define KEY_MAX 23
#define VALUE_MAX 64

struct entry {
    char key[KEY_MAX + 1];
    uint8_t value[VALUE_MAX];
    int len;
};

static struct entry entries[ENTRIES];

void kv_clear(void)
{
    memset(entries, 0, sizeof entries);
}

/* The one with `key`; "" finds a free one. */
static struct entry *find(const char *key)
{
    for (int i = 0; i < ENTRIES; i++) {
        if (strcmp(entries[i].key, key) == 0) {
            return &entries[i];
        }
    }
    return NULL;
}

int HAL_Kv_Get(const char *key, void *val, int *buffer_len)
{
    const struct entry *entry = find(key);
    mutex_must_be_free("HAL_Kv_Get with a lock held");
    if (fault_strikes(FAULT_KV_GET) || entry == NULL) {
        return -1;
    }
    if (*buffer_len > entry->len) {
        *buffer_len = entry->len;
    }
    memcpy(val, entry->value, (size_t)*buffer_len);
    return 0;
}

int HAL_Kv_Set(const char *key, const void *val, int len, int sync)
{
    struct entry *entry = find(key);
    (void)sync;
    mutex_must_be_free("HAL_Kv_Set with a lock held");
    if (fault_strikes(FAULT_KV_SET)) {
        return -1;
    }
    if (entry == NULL) {
        entry = find("");
    }
    if (entry == NULL || strlen(key) > KEY_MAX || len < 0 || len > VALUE_MAX) {
        violation("HAL_Kv_Set of more than the library is known to need");
        return -1;
    }
    strcpy(entry->key, key);
    memcpy(entry->value, val, (size_t)len);
    entry->len = len;
    return 0;
}
