/* Checks that go on after a failure and make the program fail in the end. */
#ifndef ROBUST_CHECK_H
#define ROBUST_CHECK_H

#define CHECK(condition) check((condition) != 0, __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(got, wanted) check_equal((got), (wanted), __FILE__, __LINE__, #got)

void check(int is_true, const char *file, int line, const char *text);
void check_equal(long got, long wanted, const char *file, int line, const char *text);

/* Prints "@checked" and gives the exit status. */
int check_summary(void);

#endif
