#include "tests/pam/files.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/unit/cmocka_all.h"

static void write_bytes(const char *path, const char *bytes, size_t len, int flags, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static char *read_bytes(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	*len = (size_t)st.st_size;
	bytes = malloc(*len + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, *len), *len);
	bytes[*len] = '\0';
	close(fd);
	return bytes;
}

void file_write(const char *path, const char *text, mode_t mode)
{
	write_bytes(path, text, strlen(text), O_TRUNC, mode);
}

void file_overwrite(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text), 0, 0600);
}

void file_copy(const char *from, const char *to, mode_t mode)
{
	size_t len;
	char *bytes = read_bytes(from, &len);

	write_bytes(to, bytes, len, O_TRUNC, mode);
	free(bytes);
}

char *file_read(const char *path)
{
	size_t len;

	return read_bytes(path, &len);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void file_remove_tree(const char *path)
{
	assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

unsigned text_count(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *at = strstr(text, what); at; at = strstr(at + strlen(what), what))
		n++;
	return n;
}

char *text_replace(const char *text, const char *what, const char *with)
{
	size_t size = strlen(text) + text_count(text, what) * strlen(with) + 1;
	char *out = calloc(1, size), *at = out;

	assert_non_null(out);
	for (const char *hit; (hit = strstr(text, what)); text = hit + strlen(what)) {
		at = mempcpy(at, text, (size_t)(hit - text));
		at = stpcpy(at, with);
	}
	strcpy(at, text);
	return out;
}
