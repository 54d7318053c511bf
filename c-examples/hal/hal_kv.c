/*
 * The store is one file of records: length of key, length of value (one byte, two bytes little
 * endian), key, value. A change writes a new file and renames it, so that a crash leaves the old
 * one.
 */
#define _POSIX_C_SOURCE 200809L

#include "dm_wrapper.h"
#include "hal_posix.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEY_MAX 127
/* A TLS session has the server's certificate in it. */
#define VALUE_MAX 4096
#define PATH_MAX_LEN 512

typedef struct {
    char key[KEY_MAX + 1];
    int length;
    unsigned char value[VALUE_MAX];
} record_t;

static const char *store_path = "linkkit.kv";
static pthread_mutex_t store_lock = PTHREAD_MUTEX_INITIALIZER;

void hal_posix_set_kv_path(const char *path)
{
    store_path = path;
}

static int read_record(FILE *file, record_t *record)
{
    unsigned char head[3];
    size_t key_length;

    if (fread(head, 1, sizeof(head), file) != sizeof(head)) {
        return -1;
    }
    key_length = head[0];
    record->length = head[1] | head[2] << 8;
    if (key_length > KEY_MAX || record->length > VALUE_MAX) {
        return -1;
    }
    memset(record->key, 0, sizeof(record->key));
    if (fread(record->key, 1, key_length, file) != key_length ||
        fread(record->value, 1, (size_t)record->length, file) != (size_t)record->length) {
        return -1;
    }
    return 0;
}

static int write_record(FILE *file, const char *key, const void *value, int length)
{
    size_t key_length = strlen(key);
    unsigned char head[3];

    head[0] = (unsigned char)key_length;
    head[1] = (unsigned char)(length & 0xFF);
    head[2] = (unsigned char)(length >> 8);
    return fwrite(head, 1, sizeof(head), file) == sizeof(head) &&
                   fwrite(key, 1, key_length, file) == key_length &&
                   fwrite(value, 1, (size_t)length, file) == (size_t)length
               ? 0
               : -1;
}

static int copy_others(FILE *to, const char *key)
{
    record_t record;
    FILE *from = fopen(store_path, "rb");
    int status = 0;

    if (from == NULL) {
        return errno == ENOENT ? 0 : -1;
    }
    while (status == 0 && read_record(from, &record) == 0) {
        if (strcmp(record.key, key) != 0) {
            status = write_record(to, record.key, record.value, record.length);
        }
    }
    if (ferror(from)) {
        status = -1;
    }
    fclose(from);
    return status;
}

/* Stores `value`, or removes the key when it is NULL. */
static int replace(const char *key, const void *value, int length)
{
    char new_path[PATH_MAX_LEN];
    FILE *file;
    int status;

    if ((size_t)snprintf(new_path, sizeof(new_path), "%s.new", store_path) >= sizeof(new_path)) {
        return -1;
    }
    file = fopen(new_path, "wb");
    if (file == NULL) {
        return -1;
    }
    status = copy_others(file, key);
    if (status == 0 && value != NULL) {
        status = write_record(file, key, value, length);
    }
    if (fflush(file) != 0 || fsync(fileno(file)) != 0) {
        status = -1;
    }
    if (fclose(file) != 0 || status != 0) {
        remove(new_path);
        return -1;
    }
    return rename(new_path, store_path);
}

int HAL_Kv_Get(const char *key, void *val, int *buffer_len)
{
    record_t record;
    FILE *file;
    int status = -1;

    if (key == NULL || val == NULL || buffer_len == NULL || *buffer_len <= 0) {
        return -1;
    }
    pthread_mutex_lock(&store_lock);
    file = fopen(store_path, "rb");
    while (file != NULL && status != 0 && read_record(file, &record) == 0) {
        if (strcmp(record.key, key) == 0) {
            if (*buffer_len > record.length) {
                *buffer_len = record.length;
            }
            memcpy(val, record.value, (size_t)*buffer_len);
            status = 0;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    pthread_mutex_unlock(&store_lock);
    return status;
}

int HAL_Kv_Set(const char *key, const void *val, int len, int sync)
{
    int status;

    (void)sync;
    if (key == NULL || val == NULL || len <= 0 || len > VALUE_MAX || strlen(key) > KEY_MAX) {
        return -1;
    }
    pthread_mutex_lock(&store_lock);
    status = replace(key, val, len);
    pthread_mutex_unlock(&store_lock);
    return status;
}

int HAL_Kv_Del(const char *key)
{
    int status;

    if (key == NULL) {
        return -1;
    }
    pthread_mutex_lock(&store_lock);
    status = replace(key, NULL, 0);
    pthread_mutex_unlock(&store_lock);
    return status;
}
