#include "robust_hal_counts.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "wrappers_defs.h"

/* Kept in front of each block; as long as the largest alignment. */
struct block_header {
    uint64_t size;
    uint64_t unused;
};

struct count {
    long now;
    long peak;
};

static struct count bytes, blocks, mutexes, threads, tcp_sockets, udp_sockets;
static long allocations;

static void add(struct count *count, long change)
{
    long now = __atomic_add_fetch(&count->now, change, __ATOMIC_RELAXED);
    long peak = __atomic_load_n(&count->peak, __ATOMIC_RELAXED);
    while (now > peak && !__atomic_compare_exchange_n(&count->peak, &peak, now, 1, __ATOMIC_RELAXED,
                                                      __ATOMIC_RELAXED)) {
    }
}

static long now(const struct count *count)
{
    return __atomic_load_n(&count->now, __ATOMIC_RELAXED);
}

void hal_counts_print(void)
{
    printf(
        "@counts bytes=%ld peak_bytes=%ld blocks=%ld peak_blocks=%ld allocations=%ld mutexes=%ld "
        "threads=%ld tcp_sockets=%ld udp_sockets=%ld\n",
        now(&bytes), bytes.peak, now(&blocks), blocks.peak,
        __atomic_load_n(&allocations, __ATOMIC_RELAXED), now(&mutexes), now(&threads),
        now(&tcp_sockets), now(&udp_sockets));
    fflush(stdout);
}

void *__real_HAL_Malloc(uint32_t size);
void *__wrap_HAL_Malloc(uint32_t size)
{
    struct block_header *header = NULL;
    if (size <= UINT32_MAX - sizeof *header) {
        header = __real_HAL_Malloc(size + (uint32_t)sizeof *header);
    }
    if (header == NULL) {
        return NULL;
    }
    header->size = size;
    add(&bytes, (long)size);
    add(&blocks, 1);
    __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
    return header + 1;
}

void __real_HAL_Free(void *block);
void __wrap_HAL_Free(void *block)
{
    struct block_header *header = block;
    if (header == NULL) {
        return;
    }
    header--;
    add(&bytes, -(long)header->size);
    add(&blocks, -1);
    __real_HAL_Free(header);
}

void *__real_HAL_MutexCreate(void);
void *__wrap_HAL_MutexCreate(void)
{
    void *mutex = __real_HAL_MutexCreate();
    add(&mutexes, mutex != NULL);
    return mutex;
}

void __real_HAL_MutexDestroy(void *mutex);
void __wrap_HAL_MutexDestroy(void *mutex)
{
    add(&mutexes, -1);
    __real_HAL_MutexDestroy(mutex);
}

int __real_HAL_ThreadCreate(void **handle, void *(*routine)(void *), void *arg,
                            hal_os_thread_param_t *param, int *stack_used);
int __wrap_HAL_ThreadCreate(void **handle, void *(*routine)(void *), void *arg,
                            hal_os_thread_param_t *param, int *stack_used)
{
    add(&threads, 1);
    int status = __real_HAL_ThreadCreate(handle, routine, arg, param, stack_used);
    if (status != 0) {
        add(&threads, -1);
    }
    return status;
}

void __real_HAL_ThreadDelete(void *handle);
void __wrap_HAL_ThreadDelete(void *handle)
{
    add(&threads, -1);
    __real_HAL_ThreadDelete(handle);
}

uintptr_t __real_HAL_TCP_Establish(const char *host, uint16_t port);
uintptr_t __wrap_HAL_TCP_Establish(const char *host, uint16_t port)
{
    uintptr_t socket = __real_HAL_TCP_Establish(host, port);
    add(&tcp_sockets, socket != (uintptr_t)-1);
    return socket;
}

int32_t __real_HAL_TCP_Destroy(uintptr_t socket);
int32_t __wrap_HAL_TCP_Destroy(uintptr_t socket)
{
    add(&tcp_sockets, -1);
    return __real_HAL_TCP_Destroy(socket);
}

intptr_t __real_HAL_UDP_create_without_connect(const char *host, unsigned short port);
intptr_t __wrap_HAL_UDP_create_without_connect(const char *host, unsigned short port)
{
    intptr_t socket = __real_HAL_UDP_create_without_connect(host, port);
    add(&udp_sockets, socket >= 0);
    return socket;
}

int __real_HAL_UDP_close_without_connect(intptr_t socket);
int __wrap_HAL_UDP_close_without_connect(intptr_t socket)
{
    add(&udp_sockets, -1);
    return __real_HAL_UDP_close_without_connect(socket);
}
