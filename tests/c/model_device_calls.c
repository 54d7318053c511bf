#define _POSIX_C_SOURCE 200809L
#include "model_device_calls.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "dev_model_api.h"

#define LONGEST_EVENT 256
#define THREADS 16
#define POSTS_PER_THREAD 256
#define POSTS_PER_YIELD 100
#define YIELD_MS 20

typedef struct {
    char *at;
    int length;
} bytes_t;

/* The bytes of a word, in `room` or in the word itself. */
static bytes_t bytes_of(char *word, char *room)
{
    bytes_t bytes = {word, (int)strlen(word)};
    unsigned byte;

    if (strcmp(word, "null") == 0) {
        bytes.at = NULL;
        bytes.length = 2;
    } else if (strcmp(word, "empty") == 0 || strcmp(word, "negative") == 0) {
        bytes.at = strcpy(room, "{}");
        bytes.length = word[0] == 'e' ? 0 : -1;
    } else if (strncmp(word, "hex:", 4) == 0) {
        bytes.at = room;
        bytes.length = 0;
        for (word += 4; sscanf(word, "%2x", &byte) == 1; word += 2) {
            room[bytes.length++] = (char)byte;
        }
    }
    return bytes;
}

static int devid_of(const char *word)
{
    return word == NULL ? 0 : atoi(word);
}

static int report(int devid, int type, bytes_t payload)
{
    return IOT_Linkkit_Report(devid, (iotx_linkkit_msg_type_t)type, (unsigned char *)payload.at,
                              payload.length);
}

int call_report(char **words)
{
    char room[LONGEST_LINE];

    return report(devid_of(words[2]), atoi(words[0]), bytes_of(words[1], room));
}

int call_report_long(char **words)
{
    static const char head[] = "{\"a\":\"", tail[] = "\"}";
    bytes_t payload = {NULL, atoi(words[1])};
    int result;

    payload.at = malloc((size_t)payload.length);
    if (payload.at == NULL) {
        return -100;
    }
    memset(payload.at, 'x', (size_t)payload.length);
    memcpy(payload.at, head, strlen(head));
    memcpy(payload.at + payload.length - strlen(tail), tail, strlen(tail));
    result = report(0, atoi(words[0]), payload);
    free(payload.at);
    return result;
}

int call_query(char **words)
{
    char room[LONGEST_LINE];
    bytes_t payload = {NULL, 0};

    if (words[1] != NULL) {
        payload = bytes_of(words[1], room);
    }
    return IOT_Linkkit_Query(0, (iotx_linkkit_msg_type_t)atoi(words[0]),
                             (unsigned char *)payload.at, payload.length);
}

int call_trigger(char **words)
{
    char event_room[LONGEST_LINE], payload_room[LONGEST_LINE];
    bytes_t event = bytes_of(words[0], event_room), payload = bytes_of(words[1], payload_room);

    return IOT_Linkkit_TriggerEvent(devid_of(words[2]), event.at, event.length, payload.at,
                                    payload.length);
}

int call_post_many(char **words)
{
    char text[] = "{\"PowerSwitch\":1}";
    bytes_t payload = {text, (int)strlen(text)};
    int count = atoi(words[0]), last = report(0, ITM_MSG_POST_PROPERTY, payload), i;

    for (i = 1; i < count; i++) {
        int id = report(0, ITM_MSG_POST_PROPERTY, payload);
        if (id != last + 1) {
            return -id;
        }
        last = id;
        if (i % POSTS_PER_YIELD == 0) {
            IOT_Linkkit_Yield(1);
        }
    }
    return last;
}

typedef struct {
    pthread_t thread;
    int number;
    int count;
    int ids[POSTS_PER_THREAD];
} poster_t;

static int posters_at_work;

static void *post(void *argument)
{
    poster_t *poster = argument;
    int i;

    for (i = 0; i < poster->count; i++) {
        char text[64];
        bytes_t payload = {text, 0};
        payload.length =
            snprintf(text, sizeof(text), "{\"thread\":%d,\"number\":%d}", poster->number, i);
        poster->ids[i] = report(0, ITM_MSG_POST_PROPERTY, payload);
    }
    __atomic_sub_fetch(&posters_at_work, 1, __ATOMIC_RELEASE);
    return NULL;
}

int call_post_beside_yield(char **words)
{
    static poster_t posters[THREADS];
    int threads = atoi(words[0]), count = atoi(words[1]), i, n;

    if (threads > THREADS || count > POSTS_PER_THREAD) {
        return -100;
    }
    __atomic_store_n(&posters_at_work, threads, __ATOMIC_RELAXED);
    for (i = 0; i < threads; i++) {
        posters[i].number = i;
        posters[i].count = count;
        if (pthread_create(&posters[i].thread, NULL, post, &posters[i]) != 0) {
            return -100;
        }
    }
    while (__atomic_load_n(&posters_at_work, __ATOMIC_ACQUIRE) > 0) {
        IOT_Linkkit_Yield(YIELD_MS);
    }
    for (i = 0; i < threads; i++) {
        pthread_join(posters[i].thread, NULL);
        for (n = 0; n < count; n++) {
            printf("@posted %d %d %d\n", i, n, posters[i].ids[n]);
        }
    }
    return 0;
}
