/**
 * The Ethernet controller, polled.
 */
#ifndef BOARD_LAN9118_H
#define BOARD_LAN9118_H

#include <stdint.h>

/** Longest frame, bytes, without the checksum that the controller adds and leaves at the end. */
#define LAN9118_FRAME_MAX 1514

/** Starts the controller as `mac`, taking in broadcasts and all multicasts: 0, or -1: not there. */
int lan9118_open(const uint8_t mac[6]);

/**
 * Takes a frame of at most `LAN9118_FRAME_MAX` bytes in; its length, or 0 when there is none. A
 * faulty or longer one is dropped. Does not block.
 */
uint32_t lan9118_receive(uint32_t frame[(LAN9118_FRAME_MAX + 3) / 4]);

/** Sends a frame: 0, or -1 when it is too long or the controller has no room. Does not block. */
int lan9118_send(const uint32_t *frame, uint32_t length);

#endif /* BOARD_LAN9118_H */
