/*
 * The callbacks of model_device.c. Each prints one line: "@" and its name, then its arguments as
 * NAME=VALUE, NULL as (null), raw data in hexadecimal digits. After that it does what it was told
 * to do. A callback in another thread than that of main(), or a text without a NUL behind it, is a
 * line with
 * "@wrong".
 *
 *   @status event                     ITE_AWSS_STATUS
 *   @connected, @disconnected, @connect_fail, @mqtt_connected
 *   @initialized devid
 *   @raw devid data
 *   @service devid id request         answers
 *   @set devid request
 *   @get devid request                answers
 *   @desired reply
 *   @report_reply devid msgid code reply
 *   @event_reply devid msgid code id message
 *   @timestamp text
 */
#ifndef MODEL_DEVICE_CALLBACKS_H
#define MODEL_DEVICE_CALLBACKS_H

/* Registers all of them. */
void register_callbacks(void);

/* NAME 0|1: takes the callback away, or puts it back. */
int register_callback(char **words);

/* NAME COMMAND…: what the callback does when it is called next; ';' between commands. */
int callback_obeys(char **words);

/* NAME RESULT BYTES: what the callback gives and answers from now on. "null": no response; "empty":
 * one with a length of 0. */
int callback_answers(char **words);

/* Does one line of commands; in model_device.c. */
int run_command(const char *line);

#endif
