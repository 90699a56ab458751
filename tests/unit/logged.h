/* What the test's own process logs, kept in a file instead of shown. */
#ifndef TESTS_LOGGED_H
#define TESTS_LOGGED_H

/* From here on; both fail the running test when they cannot. */
void logged_begin(void);
void logged_end(void);
/* How often text was logged since. */
unsigned logged(const char *text);

#endif
