/* A radio of robust_radio.c. */
#ifndef ROBUST_RADIO_H
#define ROBUST_RADIO_H

/* Gives 1 when the driver's thread runs. */
int radio_starts(void);
/* Ends it, and gives how many networks were to be joined. */
int radio_ends(void);

#endif
