/*
 * A port in virtual time, with a cloud and a phone in memory: a scenario of minutes runs in
 * milliseconds, the same way each time, on a host and on bare metal. Nothing here blocks. It is
 * linked with virtual_no_threads.c or, on a host, with virtual_coroutines.c.
 */
#ifndef VIRTUAL_PORT_H
#define VIRTUAL_PORT_H

#include <stddef.h>
#include <stdint.h>

/** What a port can get wrong. */
typedef enum {
    FAULT_NONE,
    FAULT_MALLOC,
    FAULT_MUTEX_CREATE,
    FAULT_KV_GET,
    FAULT_KV_SET,
    FAULT_TCP_ESTABLISH,
    FAULT_TCP_READ_ERROR,
    FAULT_TCP_READ_CLOSED,
    FAULT_TCP_READ_SHORT,
    FAULT_TCP_WRITE_ERROR,
    FAULT_TCP_WRITE_SHORT,
    FAULT_TCP_WRITE_NOTHING,
    FAULT_UDP_CREATE,
    FAULT_UDP_JOIN,
    FAULT_UDP_RECEIVE,
    FAULT_UDP_INTERRUPTED,
    FAULT_UDP_SEND,
    FAULT_THREAD_CREATE,
    /** The same number again. */
    FAULT_RANDOM,
    /** Ten minutes back, for ever after. */
    FAULT_CLOCK_BACK,
    /** Starts again at 0. */
    FAULT_CLOCK_RESTART,
    /** A clock of 32 bits; `first` counts steps of time, not calls: it wraps after so many. */
    FAULT_CLOCK_WRAP,
    FAULTS
} fault_t;

/** A count that ends only with the plan. */
#define FAULTS_PERSIST 0xffffffffu

/** The calls number `first` to `first + count - 1` of those that `kind` concerns go wrong. */
void faults_plan(fault_t kind, unsigned first, unsigned count);
/** How many have gone wrong since `faults_plan`. */
unsigned faults_injected(void);
/** For the port: is this call to go wrong? */
int fault_hits(fault_t kind);
/** For the port: `first` of the plan when it is of this kind and has not struck, else 0. */
unsigned fault_awaited(fault_t kind);

/** The time without faults, ms. */
uint64_t virtual_now(void);
/** For those who let time pass: it is at least `now`. */
void virtual_advance(uint64_t now);
/** Lets time pass, ms, and the other threads run meanwhile. */
void virtual_wait(uint32_t ms);
/** Threads that exist beside the first. */
unsigned virtual_threads(void);

/** The heap as the library uses it; bytes as asked for. */
typedef struct {
    unsigned blocks, bytes, peak_blocks, peak_bytes, allocations;
} virtual_heap_t;
const virtual_heap_t *virtual_heap(void);

/**
 * From now on these bytes, 1 to 64, may be neither in memory that the library gives back nor, as
 * text or as hex digits, in its log.
 */
void virtual_secret(const void *bytes, size_t length);
/** Are these bytes in memory that the library holds? */
int virtual_is_held(const void *bytes, size_t length);

/** Mutexes that exist and that are locked. */
typedef struct {
    unsigned live, held;
} virtual_mutexes_t;
const virtual_mutexes_t *virtual_mutexes(void);

/** What the library did first of all that no port allows, NULL for nothing. */
const char *virtual_rule_broken(void);
/** For the port: the library did `what`, a constant text. */
void rule_broken(const char *what);
/** For the port: `what` blocks or calls the application, so no mutex may be locked. */
void rule_lock_is_free(const char *what);

/** Lines of the log so far, of level `err` or `wrn`. */
unsigned virtual_complaints(void);
/** Hears every text the library prints; NULL for nobody. */
extern void (*virtual_console)(const char *text);

/** Sockets that are open: to the cloud, and on the local network. */
unsigned virtual_tcp_sockets(void);
unsigned virtual_udp_sockets(void);

/** The connection is lost, and the cloud has forgotten the session. */
void cloud_drop(void);
/** The device is connected, and every subscription it needs was made on this connection. */
int cloud_serves(void);
/** Is it one of the last tokens that were reported? */
int cloud_knows_token(const char *token);
/** Property posts that arrived. */
unsigned cloud_posts(void);

/** Somebody is subscribed to /user/get on this connection, see virtual_user_topic.c. */
int cloud_user_is_subscribed(void);
/** Both messages sent last there were acknowledged. */
int cloud_user_is_acknowledged(void);
/** What was asked of the device model after the last event is answered, see virtual_model_cloud.c.
 */
int cloud_model_is_answered(void);
/** For the cloud: sends to the device. */
void cloud_push(const void *bytes, size_t length);
/** For the cloud: a connection was made, a SUBSCRIBE or UNSUBSCRIBE, PUBLISH, or answer came. */
void user_topic_connected(void);
void user_topic_requested(const unsigned char *body, size_t length, int is_subscribe);
void user_topic_published(const unsigned char *topic, size_t length);
void user_topic_answered(unsigned char first, const unsigned char *body);
void model_published(const unsigned char *topic, size_t length);

/** Broadcasts heard. */
unsigned phone_broadcasts(void);
/** Sends a query; the answer to the last one is gone. */
void phone_asks(void);
/** The code of the answer, 0 while there is none. */
int phone_answer_code(void);
/** The token in the answer, 32 digits, or an empty text. */
const char *phone_answer_token(void);

#endif
