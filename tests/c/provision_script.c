/*
 * Provisioning on the virtual port, as a script on standard input says; what happens is printed.
 * A line is one command, see `commands`. Where it ends, nothing may be left of the library but what
 * `leftover` says.
 */
#include "provision_cloud.h"
#include "virtual_port.h"
#include "virtual_radio.h"

#include "awss_dev_ap.h"
#include "infra_compat.h"
#include "wifi_provision_api.h"
#include "wrappers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_LEN 5000
#define BYTES_MAX 2000
#define WORDS 8

static int calls_stop_at = -1;

void trace(const char *format, ...)
{
    static uint64_t began;
    va_list arguments;

    if (began == 0) {
        began = virtual_now();
    }
    printf("%u ", (unsigned)(virtual_now() - began));
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

static void on_event(int event)
{
    rule_lock_is_free("a callback with a mutex locked");
    trace("event %x", (unsigned)event);
    if (event == calls_stop_at) {
        calls_stop_at = -1;
        trace("stop -> %d", awss_stop());
    }
}

static int on_status(int event)
{
    rule_lock_is_free("a callback with a mutex locked");
    trace("status %x", (unsigned)event);
    return 0;
}

static void *run_start(void *unused)
{
    (void)unused;
    trace("start -> %d", awss_start());
    HAL_ThreadDelete(NULL);
    return NULL;
}

static void *run_dev_ap(void *unused)
{
    (void)unused;
    trace("dev-ap -> %d", awss_dev_ap_start());
    HAL_ThreadDelete(NULL);
    return NULL;
}

static void spawn(void *(*routine)(void *))
{
    hal_os_thread_param_t parameters;
    void *thread;
    int stack_used;

    memset(&parameters, 0, sizeof(parameters));
    if (HAL_ThreadCreate(&thread, routine, NULL, &parameters, &stack_used) != 0) {
        trace("no thread");
    }
}

static unsigned bytes_of(const char *hex, unsigned char *bytes)
{
    unsigned length = 0;
    while (length < BYTES_MAX && hex[0] != '\0' && hex[1] != '\0') {
        const char pair[3] = {hex[0], hex[1], '\0'};
        bytes[length++] = (unsigned char)strtoul(pair, NULL, 16);
        hex += 2;
    }
    return length;
}

static void connect(char **words)
{
    static char ssid[HAL_MAX_SSID_LEN], passwd[HAL_MAX_PASSWD_LEN];
    unsigned char bssid[BYTES_MAX], token[BYTES_MAX];
    unsigned bssid_len = bytes_of(words[3], bssid), token_len = bytes_of(words[4], token);

    snprintf(ssid, sizeof(ssid), "%s", words[1]);
    snprintf(passwd, sizeof(passwd), "%s", words[2]);
    trace("connect -> %d",
          awss_connect(ssid, passwd, bssid, (uint8_t)bssid_len, token, (uint8_t)token_len));
}

/* Bytes that must not be given back, or are looked for. */
static void secret(const char *hex)
{
    unsigned char bytes[BYTES_MAX];
    virtual_secret(bytes, bytes_of(hex, bytes));
    IOT_SetLogLevel(IOT_LOG_DEBUG);
}

static void look_for(const char *hex)
{
    unsigned char bytes[BYTES_MAX];
    trace("held %d", virtual_is_held(bytes, bytes_of(hex, bytes)));
}

static void leftover(void)
{
    const char *left = virtual_heap()->blocks > 0      ? "memory"
                       : virtual_mutexes()->held > 0   ? "a lock"
                       : virtual_udp_sockets() > 0     ? "a UDP socket"
                       : virtual_threads() > 0         ? "a thread"
                       : virtual_rule_broken() != NULL ? virtual_rule_broken()
                                                       : "nothing";
    trace("leftover: %s", left);
}

static int obey(char **words)
{
    static unsigned char bytes[BYTES_MAX];
    const char *command = words[0];

    if (strcmp(command, "start") == 0) {
        spawn(run_start);
    } else if (strcmp(command, "dev-ap") == 0) {
        spawn(run_dev_ap);
    } else if (strcmp(command, "stop") == 0) {
        trace("stop");
        trace("stop -> %d", awss_stop());
    } else if (strcmp(command, "stop-at") == 0) {
        calls_stop_at = (int)strtol(words[1], NULL, 16);
    } else if (strcmp(command, "dev-ap-stop") == 0) {
        trace("dev-ap-stop");
        trace("dev-ap-stop -> %d", awss_dev_ap_stop());
    } else if (strcmp(command, "press") == 0) {
        trace("press -> %d", awss_config_press());
    } else if (strcmp(command, "set-press") == 0) {
        awss_set_config_press((uint8_t)atoi(words[1]));
    } else if (strcmp(command, "pressed") == 0) {
        trace("pressed %d", awss_get_config_press());
    } else if (strcmp(command, "success-notify") == 0) {
        trace("success-notify -> %d", awss_success_notify());
    } else if (strcmp(command, "suc-notify") == 0) {
        trace("suc-notify -> %d", awss_suc_notify());
    } else if (strcmp(command, "suc-notify-stop") == 0) {
        trace("suc-notify-stop -> %d", awss_suc_notify_stop());
    } else if (strcmp(command, "devinfo-notify") == 0) {
        trace("devinfo-notify -> %d", awss_devinfo_notify());
    } else if (strcmp(command, "devinfo-notify-stop") == 0) {
        trace("devinfo-notify-stop -> %d", awss_devinfo_notify_stop());
    } else if (strcmp(command, "connect") == 0) {
        connect(words);
    } else if (strcmp(command, "join") == 0) {
        radio_joins(atoi(words[1]), (uint32_t)atoi(words[2]));
    } else if (strcmp(command, "ap") == 0) {
        radio_opens(atoi(words[1]));
    } else if (strcmp(command, "finds") == 0) {
        radio_finds((unsigned)atoi(words[1]));
    } else if (strcmp(command, "is-in") == 0) {
        radio_is_in(words[1], words[2]);
    } else if (strcmp(command, "frame") == 0) {
        if (!radio_hears(bytes, bytes_of(words[1], bytes))) {
            trace("frame not heard");
        }
    } else if (strcmp(command, "datagram") == 0) {
        if (!datagram_comes(words[1], (unsigned short)atoi(words[2]), bytes,
                            bytes_of(words[3], bytes))) {
            trace("datagram not taken");
        }
    } else if (strcmp(command, "wait") == 0) {
        virtual_wait((uint32_t)atoi(words[1]));
    } else if (strcmp(command, "open") == 0) {
        provision_cloud_open();
    } else if (strcmp(command, "close") == 0) {
        provision_cloud_close();
    } else if (strcmp(command, "yield") == 0) {
        provision_cloud_yield((uint32_t)atoi(words[1]));
    } else if (strcmp(command, "publish") == 0) {
        provision_cloud_publish(words[1], words[2]);
    } else if (strcmp(command, "secret") == 0) {
        secret(words[1]);
    } else if (strcmp(command, "held") == 0) {
        look_for(words[1]);
    } else if (strcmp(command, "fault") == 0) {
        faults_plan((fault_t)atoi(words[1]), (unsigned)atoi(words[2]), (unsigned)atoi(words[3]));
    } else if (strcmp(command, "injected") == 0) {
        trace("injected %u, complaints %u", faults_injected(), virtual_complaints());
    } else if (strcmp(command, "leftover") == 0) {
        leftover();
    } else {
        return 0;
    }
    return 1;
}

int main(void)
{
    static char line[LINE_MAX_LEN];

    iotx_event_regist_cb(on_event);
    IOT_RegisterCallback(ITE_AWSS_STATUS, on_status);
    IOT_SetLogLevel(IOT_LOG_WARNING);
    trace("begin");
    while (fgets(line, sizeof(line), stdin) != NULL) {
        char *words[WORDS] = {"", "", "", "", "", "", "", ""};
        char *word = strtok(line, " \n");
        unsigned count = 0;
        while (word != NULL && count < WORDS) {
            words[count++] = word;
            word = strtok(NULL, " \n");
        }
        if (count > 0 && !obey(words)) {
            fprintf(stderr, "unknown command: %s\n", words[0]);
            return 2;
        }
    }
    return 0;
}
