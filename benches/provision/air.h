/*
 * Frames that a radio in monitor mode hears.
 */
#ifndef AIR_H
#define AIR_H

#define FRAME_MAX 1800

typedef struct {
    unsigned char bytes[FRAME_MAX];
    unsigned length;
} frame_t;

typedef struct {
    const char *name;
    void (*make)(frame_t *frame);
} air_kind_t;

/** What means nothing to a device, and how many kinds of it there are; ends with a name that is
 * NULL.
 */
#define AIR_OTHERS 8
extern const air_kind_t air_others[AIR_OTHERS + 1];
/** What may be a phone's, or a device's that helps; likewise. */
extern const air_kind_t air_of_phones[];

/** The beacon of one of 64 access points. */
void air_beacon(frame_t *frame, unsigned number);

#endif
