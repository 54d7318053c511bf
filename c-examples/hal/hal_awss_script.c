/*
 * A line is cut into words in place, and their number is checked before the command sees them.
 */
#define _POSIX_C_SOURCE 200809L

#include "hal_awss_script.h"
#include "dev_bind_wrapper.h"
#include "hal_awss.h"
#include "hal_awss_radio.h"
#include "hal_awss_text.h"

#include <string.h>

/* Room for a frame in hex, and for what stands in front of it. */
#define LINE_MAX_LEN (2 * HAL_RADIO_FRAME_MAX + 128)
#define SEPARATORS " \t\r\n"
/* The longest command and its words. */
#define WORDS_MAX 6
#define MS_MAX 3600000
#define JOINS_MAX 1000000

typedef struct {
    const char *name;
    size_t words;
    /* Takes the words behind the name. NULL, or what is wrong. */
    const char *(*run)(char *words[]);
} command_t;

static void (*on_key)(int is_long);

void hal_awss_set_key_handler(void (*handler)(int is_long))
{
    on_key = handler;
}

/* Their number; one too many when there are more than `WORDS_MAX`. */
static size_t split(char *line, char *words[WORDS_MAX])
{
    size_t count = 0;

    for (line += strspn(line, SEPARATORS); *line != '\0'; line += strspn(line, SEPARATORS)) {
        if (count == WORDS_MAX) {
            return WORDS_MAX + 1;
        }
        words[count++] = line;
        line += strcspn(line, SEPARATORS);
        if (*line != '\0') {
            *line++ = '\0';
        }
    }
    return count;
}

static int read_security(const char *word, hal_radio_ap_t *ap)
{
    static const struct {
        const char *name;
        enum AWSS_AUTH_TYPE auth;
        enum AWSS_ENC_TYPE encry;
    } known[] = {
        {"open", AWSS_AUTH_TYPE_OPEN, AWSS_ENC_TYPE_NONE},
        {"wep", AWSS_AUTH_TYPE_SHARED, AWSS_ENC_TYPE_WEP},
        {"wpa", AWSS_AUTH_TYPE_WPAPSK, AWSS_ENC_TYPE_TKIP},
        {"wpa2", AWSS_AUTH_TYPE_WPA2PSK, AWSS_ENC_TYPE_AES},
    };
    size_t n;

    for (n = 0; n < sizeof(known) / sizeof(known[0]); n++) {
        if (strcmp(word, known[n].name) == 0) {
            ap->auth = known[n].auth;
            ap->encry = known[n].encry;
            return 0;
        }
    }
    return -1;
}

static const char *run_ap(char *words[])
{
    hal_radio_ap_t ap;
    const char *password = words[4];
    long channel;
    int is_open;

    memset(&ap, 0, sizeof(ap));
    if (hal_text_unescape(ap.ssid, sizeof(ap.ssid), words[0]) != 0) {
        return "an ssid has 1 to 32 bytes";
    }
    if (hal_text_mac(words[1], ap.bssid) != 0) {
        return "a bssid is six pairs of hex digits with colons";
    }
    if (hal_text_number(words[2], 1, HAL_RADIO_CHANNEL_MAX, &channel) != 0) {
        return "a channel is 1 to 14";
    }
    ap.channel = (uint8_t)channel;
    if (read_security(words[3], &ap) != 0) {
        return "security is open, wep, wpa or wpa2";
    }
    is_open = ap.auth == AWSS_AUTH_TYPE_OPEN;
    if (is_open != (strcmp(password, "-") == 0)) {
        return "a password is wanted, or - for an open network";
    }
    if (!is_open && hal_text_unescape(ap.password, sizeof(ap.password), password) != 0) {
        return "a password has at most 64 bytes";
    }
    return hal_radio_add(&ap) == 0 ? NULL : "there are too many access points";
}

static const char *run_join_time(char *words[])
{
    long ms;

    if (hal_text_number(words[0], 0, MS_MAX, &ms) != 0) {
        return "a time is 0 to 3600000 ms";
    }
    hal_radio_set_join_time((uint32_t)ms);
    return NULL;
}

static const char *run_refuse(char *words[])
{
    long joins;

    if (hal_text_number(words[0], 0, JOINS_MAX, &joins) != 0) {
        return "a count is 0 to 1000000";
    }
    hal_radio_refuse((uint32_t)joins);
    return NULL;
}

static const char *run_frame(char *words[])
{
    uint8_t frame[HAL_RADIO_FRAME_MAX];
    long channel = HAL_RADIO_ANY_CHANNEL, rssi;
    size_t length;

    if (strcmp(words[0], "any") != 0 &&
        hal_text_number(words[0], 1, HAL_RADIO_CHANNEL_MAX, &channel) != 0) {
        return "a channel is any or 1 to 14";
    }
    if (hal_text_number(words[1], -128, 127, &rssi) != 0) {
        return "an rssi is -128 to 127";
    }
    length = hal_text_hex(words[2], frame, sizeof(frame));
    if (length == 0) {
        return "a frame is 1 to 2048 bytes in hex";
    }
    hal_radio_hear((uint8_t)channel, (signed char)rssi, frame, (int)length);
    return NULL;
}

static const char *run_wait(char *words[])
{
    long ms;

    if (hal_text_number(words[0], 0, MS_MAX, &ms) != 0) {
        return "a time is 0 to 3600000 ms";
    }
    HAL_SleepMs((uint32_t)ms);
    return NULL;
}

static const char *run_wait_monitor(char *words[])
{
    (void)words;
    hal_radio_wait(HAL_RADIO_ANY_CHANNEL);
    return NULL;
}

static const char *run_wait_channel(char *words[])
{
    long channel;

    if (hal_text_number(words[0], 1, HAL_RADIO_CHANNEL_MAX, &channel) != 0) {
        return "a channel is 1 to 14";
    }
    hal_radio_wait((uint8_t)channel);
    return NULL;
}

static const char *press(int is_long)
{
    if (on_key != NULL) {
        on_key(is_long);
    }
    return NULL;
}

static const char *run_press(char *words[])
{
    (void)words;
    return press(0);
}

static const char *run_long_press(char *words[])
{
    (void)words;
    return press(1);
}

static const char *run_net(char *words[])
{
    int is_up = strcmp(words[0], "up") == 0;

    if (!is_up && strcmp(words[0], "down") != 0) {
        return "the net is up or down";
    }
    hal_radio_set_net(is_up);
    return NULL;
}

static const char *run_line(char *line)
{
    static const command_t commands[] = {
        {"ap", 5, run_ap},
        {"join-time", 1, run_join_time},
        {"refuse", 1, run_refuse},
        {"frame", 3, run_frame},
        {"wait", 1, run_wait},
        {"wait-monitor", 0, run_wait_monitor},
        {"wait-channel", 1, run_wait_channel},
        {"press", 0, run_press},
        {"long-press", 0, run_long_press},
        {"net", 1, run_net},
    };
    char *words[WORDS_MAX];
    size_t count = split(line, words), n;

    if (count == 0 || words[0][0] == '#') {
        return NULL;
    }
    for (n = 0; n < sizeof(commands) / sizeof(commands[0]); n++) {
        if (strcmp(words[0], commands[n].name) == 0) {
            return count == commands[n].words + 1 ? commands[n].run(&words[1])
                                                  : "the command has another number of words";
        }
    }
    return "there is no such command";
}

/* Reads a line; 1, 0 at the end, -1 for one that is too long or has a NUL in it, which is skipped.
 */
static int read_line(FILE *file, char *line, size_t room)
{
    int c = getc(file), is_good = 1;
    size_t length = 0;

    if (c == EOF) {
        return 0;
    }
    for (; c != EOF && c != '\n'; c = getc(file)) {
        is_good = is_good && c != '\0' && length + 1 < room;
        if (is_good) {
            line[length++] = (char)c;
        }
    }
    line[length] = '\0';
    return is_good ? 1 : -1;
}

void hal_script_run(FILE *file, const char *name)
{
    char line[LINE_MAX_LEN];
    unsigned long number = 0;
    int status;

    while ((status = read_line(file, line, sizeof(line))) != 0) {
        const char *error =
            status > 0 ? run_line(line) : "the line is too long, or has a NUL in it";

        number++;
        if (error != NULL) {
            HAL_Printf("wifi: %s:%lu: %s\r\n", name, number, error);
        }
    }
}
