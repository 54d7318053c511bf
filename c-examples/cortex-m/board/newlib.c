/*
 * What newlib asks of a system.
 */
#include <errno.h>
#include <stddef.h>

extern char heap_start[], heap_end[];

void *_sbrk(ptrdiff_t increment);

void *_sbrk(ptrdiff_t increment)
{
    static char *top = heap_start;
    char *old = top;

    if (increment > heap_end - top || increment < heap_start - top) {
        errno = ENOMEM;
        return (void *)-1;
    }
    top += increment;
    return old;
}
