#include "virtual_port.h"

static const char *first_broken;

void rule_broken(const char *what)
{
    if (first_broken == NULL) {
        first_broken = what;
    }
}

void rule_lock_is_free(const char *what)
{
    if (virtual_mutexes()->held != 0) {
        rule_broken(what);
    }
}

const char *virtual_rule_broken(void)
{
    return first_broken;
}
