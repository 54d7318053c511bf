#include "events.h"

#include "dm_wrapper.h"

#include <string.h>

#define WAITING_MAX 16

static event_t waiting[WAITING_MAX];
static size_t first, count;
static void *lock;
static void *posted;

int events_init(void)
{
    lock = HAL_MutexCreate();
    posted = HAL_SemaphoreCreate();
    return lock != NULL && posted != NULL ? 0 : -1;
}

void events_post(event_kind_t kind, const char *text)
{
    int is_lost;

    HAL_MutexLock(lock);
    is_lost = count == WAITING_MAX;
    if (!is_lost) {
        event_t *event = &waiting[(first + count) % WAITING_MAX];

        memset(event, 0, sizeof(*event));
        event->kind = kind;
        strncpy(event->text, text != NULL ? text : "", sizeof(event->text) - 1);
        count++;
    }
    HAL_MutexUnlock(lock);
    if (is_lost) {
        HAL_Printf("%s", "app: too much at once: an event is lost\r\n");
    } else {
        HAL_SemaphorePost(posted);
    }
}

event_t events_wait(uint32_t timeout_ms)
{
    event_t event = {EVENT_NONE, ""};

    if (HAL_SemaphoreWait(posted, timeout_ms) == 0) {
        HAL_MutexLock(lock);
        event = waiting[first];
        memset(&waiting[first], 0, sizeof(waiting[first]));
        first = (first + 1) % WAITING_MAX;
        count--;
        HAL_MutexUnlock(lock);
    }
    return event;
}
