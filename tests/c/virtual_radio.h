/*
 * The Wi-Fi half of the virtual port, and its UDP half as a script has it. What the library does
 * with them is printed by `trace`.
 */
#ifndef VIRTUAL_RADIO_H
#define VIRTUAL_RADIO_H

#include "wrappers.h"

#include <stdint.h>

/** Prints a line, with the time since the first one in front, ms. */
void trace(const char *format, ...);

/** From now on a join takes so long, ms, and gives this. */
void radio_joins(int result, uint32_t ms);
/** From now on opening an access point gives this. */
void radio_opens(int result);
/** Where the monitor's frames go; NULL when it is closed. */
awss_recv_80211_frame_cb_t radio_monitor(void);
/** From now on a scan finds so many access points, and the device is in a network. */
void radio_finds(unsigned count);
void radio_is_in(const char *ssid, const char *passwd);
/** The monitor hears a frame; gives 0 when it is closed. */
int radio_hears(const unsigned char *frame, unsigned length);

/** A datagram for the device comes from `address`; gives 0 when there is no room. */
int datagram_comes(const char *address, unsigned short port, const unsigned char *bytes,
                   unsigned length);

#endif
