#include "cli/words.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/error.h"
#include "corpus/line.h"
#include "corpus/reader.h"

/* The longest password, or password and count. */
#define WORD_LEN_MAX 1024

struct words {
	const struct co_source_calls *calls;
	const char *path;
	struct co_reader in;
	uint64_t all;
	EVP_MD *sha1; /* found once: to look it up takes longer than a digest does */
	EVP_MD_CTX *digest;
};

/* The count behind a tab, which is cut off; 1 where there is none. */
static uint64_t take_count(const char *line, size_t *len)
{
	const char *tab = memrchr(line, '\t', *len);
	size_t n = tab ? *len - (size_t)(tab + 1 - line) : 0;
	char digits[20] = "";

	if (!n || n >= sizeof digits)
		return 1;
	memcpy(digits, tab + 1, n);
	if (digits[strspn(digits, "0123456789")])
		return 1;
	*len = (size_t)(tab - line);
	return strtoull(digits, NULL, 10);
}

static int take_line(const struct words *w)
{
	const char *line = w->in.text;
	size_t len = w->in.len;
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t count;

	if (w->in.line > CLI_WORDS_MAX)
		return RP_EFULL;
	if (len > WORD_LEN_MAX || memchr(line, '\0', len))
		return w->calls->odd(w->path, w->in.line, CO_ODD_NUL, true, w->calls->ctx);
	/* Nobody has such a password, but many a download of digests. */
	if (w->in.line == 1 && !co_line_parse(line, len, "", false, &(struct co_line){0}))
		return RP_EINVAL;
	len -= len && line[len - 1] == '\r';
	if (!len)
		return 0;
	count = take_count(line, &len);
	if (!EVP_DigestInit_ex2(w->digest, w->sha1, NULL) || !EVP_DigestUpdate(w->digest, line, len) ||
	    !EVP_DigestFinal_ex(w->digest, digest, NULL))
		return RP_ENOMEM;
	return w->calls->digest(digest, count, w->calls->ctx);
}

static int tick(void *ctx)
{
	const struct words *w = ctx;

	return w->calls->tick(w->in.read, w->all, w->calls->ctx);
}

static int failed(const char *path, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s: %s", path, strerror(errno));
	return errno == ENOENT ? RP_ENOENT : errno == EACCES ? RP_EPERM : RP_EIO;
}

static int read_lines(struct words *w, char *why, size_t why_size)
{
	int err;

	do {
		err = co_reader_next(&w->in);
		if (err == RP_EIO)
			err = failed(w->path, why, why_size);
	} while (!err && w->in.text && !(err = take_line(w)));
	return err;
}

int cli_words_read(const char *path, const struct co_source_calls *calls, char *why, size_t why_size)
{
	struct words w = {.calls = calls, .path = path};
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : fcntl(0, F_DUPFD_CLOEXEC, 0), err;
	struct stat st;

	if (fd < 0)
		return failed(path, why, why_size);
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		w.all = (uint64_t)st.st_size;
	w.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	w.digest = EVP_MD_CTX_new();
	err = co_reader_init(&w.in, tick, &w);
	co_reader_begin(&w.in, fd);
	if (!err)
		err = w.sha1 && w.digest ? read_lines(&w, why, why_size) : RP_ENOMEM;
	co_reader_free(&w.in);
	EVP_MD_CTX_free(w.digest);
	EVP_MD_free(w.sha1);
	close(fd);
	return err;
}
