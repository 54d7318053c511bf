/*
 * Where scripts come from: a file, and a Unix socket. Each has a thread, which is also the driver's
 * that hands frames over.
 */
#define _POSIX_C_SOURCE 200809L

#include "hal_awss_socket.h"
#include "dev_bind_wrapper.h"
#include "hal_awss.h"
#include "hal_awss_radio.h"
#include "hal_awss_script.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECTIONS_MAX 8

typedef struct {
    int fd;
    int is_open;
} connection_t;

static connection_t connections[CONNECTIONS_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int start(void *(*routine)(void *), void *argument)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, routine, argument) != 0) {
        return -1;
    }
    pthread_detach(thread);
    return 0;
}

static void *run_file(void *file)
{
    hal_script_run(file, "script");
    fclose(file);
    return NULL;
}

int hal_awss_run_script(const char *path)
{
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        HAL_Printf("wifi: %s: %s\r\n", path, strerror(errno));
        return -1;
    }
    if (start(run_file, file) != 0) {
        HAL_Printf("%s", "wifi: no thread for the script\r\n");
        fclose(file);
        return -1;
    }
    return 0;
}

/* NULL when there are too many. */
static connection_t *add_connection(int fd)
{
    connection_t *connection = NULL;
    size_t n;

    pthread_mutex_lock(&lock);
    for (n = 0; n < CONNECTIONS_MAX && connection == NULL; n++) {
        if (!connections[n].is_open) {
            connection = &connections[n];
            connection->fd = fd;
            connection->is_open = 1;
        }
    }
    pthread_mutex_unlock(&lock);
    return connection;
}

/* Nobody writes to the descriptor any more when this returns. */
static void remove_connection(connection_t *connection)
{
    pthread_mutex_lock(&lock);
    connection->is_open = 0;
    pthread_mutex_unlock(&lock);
}

static void *run_connection(void *argument)
{
    connection_t *connection = argument;
    FILE *file = fdopen(connection->fd, "r");
    int fd = connection->fd;

    if (file != NULL) {
        hal_script_run(file, "socket");
    }
    remove_connection(connection);
    if (file != NULL) {
        fclose(file);
    } else {
        close(fd);
    }
    return NULL;
}

static void *take_connections(void *argument)
{
    int listener = *(int *)argument;

    free(argument);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        connection_t *connection = fd >= 0 ? add_connection(fd) : NULL;

        if (fd < 0) {
            /* Out of descriptors, for one; some may be closed by then. */
            HAL_SleepMs(10);
        } else if (connection == NULL) {
            HAL_Printf("wifi: socket: at most %d connections\r\n", CONNECTIONS_MAX);
            close(fd);
        } else if (start(run_connection, connection) != 0) {
            HAL_Printf("%s", "wifi: no thread for a connection\r\n");
            remove_connection(connection);
            close(fd);
        }
    }
    return NULL;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address;
    struct stat found;
    int fd;

    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    /* Of a run before. */
    if (stat(path, &found) == 0 && S_ISSOCK(found.st_mode)) {
        unlink(path);
    }
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) {
        return -1;
    }
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, CONNECTIONS_MAX) != 0) {
        int error = errno;

        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int hal_awss_listen(const char *path)
{
    int fd = listen_at(path);
    int *argument = malloc(sizeof(*argument));

    if (fd < 0) {
        HAL_Printf("wifi: %s: %s\r\n", path, strerror(errno));
    } else if (argument != NULL) {
        *argument = fd;
        if (start(take_connections, argument) == 0) {
            return 0;
        }
        HAL_Printf("%s", "wifi: no thread for the socket\r\n");
    }
    if (fd >= 0) {
        close(fd);
    }
    free(argument);
    return -1;
}

void hal_awss_tell_sent(enum HAL_Awss_Frame_Type type, const uint8_t *frame, int length)
{
    static const char digits[] = "0123456789abcdef";
    char line[32 + 2 * HAL_RADIO_FRAME_MAX];
    size_t end = (size_t)HAL_Snprintf(line, 32, "sent %d ", (int)type), n;
    int i;

    for (i = 0; i < length && i < HAL_RADIO_FRAME_MAX; i++) {
        line[end++] = digits[frame[i] >> 4];
        line[end++] = digits[frame[i] & 0x0F];
    }
    line[end++] = '\n';
    pthread_mutex_lock(&lock);
    for (n = 0; n < CONNECTIONS_MAX; n++) {
        /* What has no room would be cut: the reader is too slow, or gone. */
        if (connections[n].is_open &&
            send(connections[n].fd, line, end, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)end) {
            shutdown(connections[n].fd, SHUT_WR);
        }
    }
    pthread_mutex_unlock(&lock);
}
