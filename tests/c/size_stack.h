/* How deep the stack of the emulated board gets. */
#ifndef SIZE_STACK_H
#define SIZE_STACK_H

/** Fills the unused stack with a pattern that stack_depth looks for. */
void stack_paint(void);
/** Deepest use since stack_paint, bytes below its caller's frame. */
unsigned stack_depth(void);

#endif
