/**
 * The network that the device is in, as netmgr of AliOS keeps it: the last one joined is stored,
 * and joined again after a restart; without one, provisioning asks a phone for one.
 */
#ifndef PROVISIONING_STATION_H
#define PROVISIONING_STATION_H

/**
 * Blocks until the device is in the stored network and gives 1. Without a stored one: provisions
 * and gives 0, or gives -1 when `may_provision` is 0.
 */
int netmgr_start(int may_provision);

/** Joins a network; blocks. 0, or -1. */
int netmgr_connect(const char *ssid, const char *password);

/** Forgets the stored network. */
void netmgr_clear(void);

/** Stores the network that the device is in, if it is another one than before. */
void netmgr_save(void);

/** Is the device in a network that only serves to hand it over to the real one? */
int netmgr_is_helper_network(void);

#endif /* PROVISIONING_STATION_H */
