/* Small files and texts of the tests. Each function fails the running test when it cannot do its work. */
#ifndef TESTS_PAM_FILES_H
#define TESTS_PAM_FILES_H

#include <sys/types.h>

/* mode is the file's, whatever the umask. */
void file_write(const char *path, const char *text, mode_t mode);
/* Writes over the start of the file in one call; makes it when it is not there. */
void file_overwrite(const char *path, const char *text);
void file_copy(const char *from, const char *to, mode_t mode);
char *file_read(const char *path); /* free it */
void file_remove_tree(const char *path);

char *text_replace(const char *text, const char *what, const char *with); /* free it */
unsigned text_count(const char *text, const char *what);

#endif
