#include "cli/words.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "common/error.h"
#include "common/secret.h"
#include "common/text.h"

/* The longest password, or password and count. */
#define WORD_LEN_MAX 1024
#define LINES_A_TICK 4096

struct words {
	const struct co_source_calls *calls;
	const char *path;
	FILE *f;
	char *line;
	size_t room;
	uint64_t number, done, all;
};

int cli_words_digest(const char *word, size_t len, uint8_t digest[CO_DIGEST_LEN])
{
	return EVP_Digest(word, len, digest, NULL, EVP_sha1(), NULL) == 1 ? 0 : RP_ENOMEM;
}

/* The count behind a tab, which is cut off; 1 where there is none. */
static uint64_t take_count(const char *line, size_t *len)
{
	const char *tab = memrchr(line, '\t', *len);
	unsigned long long n;
	char *end;

	if (!tab || tab[1] < '0' || tab[1] > '9')
		return 1;
	n = strtoull(tab + 1, &end, 10);
	if (end != line + *len)
		return 1;
	*len = (size_t)(tab - line);
	return n;
}

static int take_line(struct words *w, size_t len)
{
	uint8_t digest[CO_DIGEST_LEN];
	uint64_t count;
	int err;

	while (len && (w->line[len - 1] == '\n' || w->line[len - 1] == '\r'))
		len--;
	w->line[len] = '\0';
	if (!len)
		return 0;
	if (len > WORD_LEN_MAX || memchr(w->line, '\0', len))
		return w->calls->odd(w->path, w->number, CO_ODD_NUL, true, w->calls->ctx);
	count = take_count(w->line, &len);
	err = cli_words_digest(w->line, len, digest);
	return err ? err : w->calls->digest(digest, count, w->calls->ctx);
}

static int read_lines(struct words *w)
{
	ssize_t n;
	int err = 0;

	while (!err && (n = getline(&w->line, &w->room, w->f)) > 0) {
		w->done += (uint64_t)n;
		err = w->number++ < CLI_WORDS_MAX ? take_line(w, (size_t)n) : RP_EFULL;
		if (!err && w->number % LINES_A_TICK == 0)
			err = w->calls->tick(w->done, w->all, w->calls->ctx);
	}
	/* a signal that was to stop it fails the read, too */
	if (!err)
		err = w->calls->tick(w->done, w->done, w->calls->ctx);
	return err ? err : ferror(w->f) ? RP_EIO : 0;
}

int cli_words_read(const char *path, const struct co_source_calls *calls, char *why, size_t why_size)
{
	struct words w = {.calls = calls, .path = path, .f = strcmp(path, "-") ? fopen(path, "re") : stdin};
	struct stat st;
	int err;

	if (!w.f) {
		snprintf(why, why_size, "%s: %s", path, strerror(errno));
		return errno == ENOENT ? RP_ENOENT : errno == EACCES ? RP_EPERM : RP_EIO;
	}
	if (!fstat(fileno(w.f), &st) && S_ISREG(st.st_mode))
		w.all = (uint64_t)st.st_size;
	err = read_lines(&w);
	if (err == RP_EIO)
		snprintf(why, why_size, "%s: %s", path, strerror(errno));
	if (w.line)
		rp_wipe(w.line, w.room);
	free(w.line);
	if (w.f != stdin)
		fclose(w.f);
	return err;
}
