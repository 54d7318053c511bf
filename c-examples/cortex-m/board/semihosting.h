/**
 * Ends the emulator; a product has no use for this.
 */
#ifndef BOARD_SEMIHOSTING_H
#define BOARD_SEMIHOSTING_H

/** Exit statuses of the firmware. */
enum {
    EXIT_DONE = 0,        /**< The firmware did all it is for. */
    EXIT_FAULT = 1,       /**< An exception, or a failed check. */
    EXIT_LEAK = 2,        /**< Heap was held after `IOT_Linkkit_Close`. */
    EXIT_OUT_OF_TIME = 3, /**< The time limit came first. */
    EXIT_REBOOT = 4,      /**< `HAL_Reboot` was called: the library does that when it panics. */
};

/** Ends the emulator with `status`. */
void semihosting_exit(int status) __attribute__((noreturn));

/** Prints `firmware: why` and ends the emulator with `EXIT_FAULT`. */
void semihosting_fail(const char *why) __attribute__((noreturn));

#endif /* BOARD_SEMIHOSTING_H */
