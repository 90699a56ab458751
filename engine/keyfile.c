#include "engine/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/config.h"
#include "common/error.h"
#include "common/secret.h"
#include "engine/seal_internal.h"

#define CREDENTIAL "credential:"
#define HEADER "rempart-key 1\n"
/* The most a key file can be: header, tag, and generations of 10 digits. */
#define FILE_MAX (64 + 80 + EN_GENERATIONS_MAX * 80)

static int fail(char *why, unsigned size, const char *path, const char *reason, int err)
{
	snprintf(why, size, "%s: %s", path, reason);
	return err;
}

int en_keys_path(const char *path, char *out, unsigned size, char *why, unsigned why_size)
{
	const char *dir;
	int n;

	if (strncmp(path, CREDENTIAL, strlen(CREDENTIAL))) {
		n = snprintf(out, size, "%s", path);
	} else {
		dir = getenv("CREDENTIALS_DIRECTORY");
		if (!dir)
			return fail(why, why_size, path,
				    "there is no $CREDENTIALS_DIRECTORY: not a systemd service", RP_EKEY);
		n = snprintf(out, size, "%s/%s", dir, path + strlen(CREDENTIAL));
	}
	return n < (int)size ? 0 : fail(why, why_size, path, "the path is too long", RP_EKEY);
}

static int from_hex(const char *hex, uint8_t *out)
{
	for (int i = 0; i < EN_KEY_LEN; i++) {
		unsigned byte;

		/* NOLINTNEXTLINE(cert-err34-c): two digits, which the caller has seen to be hexadecimal */
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return RP_EKEY;
		out[i] = (uint8_t)byte;
	}
	return 0;
}

/* One line after the header: "tag HEX" or "GENERATION HEX". */
static int read_line(struct en_keys *k, const char *line, int *have_tag)
{
	const char *hex = strchr(line, ' ');
	char *end;
	unsigned long generation;

	if (!hex || strspn(hex + 1, "0123456789abcdef") != 2 * EN_KEY_LEN || hex[1 + 2 * EN_KEY_LEN])
		return RP_EKEY;
	hex++;
	if (!strncmp(line, "tag ", 4)) {
		*have_tag = 1;
		return from_hex(hex, k->tag);
	}
	generation = strtoul(line, &end, 10);
	if (end + 1 != hex || !generation || generation > UINT32_MAX || k->n == EN_GENERATIONS_MAX ||
	    (k->n && generation <= k->keys[k->n - 1].generation))
		return RP_EKEY;
	k->keys[k->n].generation = (uint32_t)generation;
	return from_hex(hex, k->keys[k->n++].key);
}

static int parse(struct en_keys *k, char *text)
{
	char *save = NULL, *line;
	int have_tag = 0;

	if (strncmp(text, HEADER, strlen(HEADER)))
		return RP_EKEY;
	for (line = strtok_r(text + strlen(HEADER), "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (read_line(k, line, &have_tag))
			return RP_EKEY;
	return have_tag && k->n ? 0 : RP_EKEY;
}

/* systemd gives a credential to its service by an access list, which shows as a group's right to read. */
static int check_file(const struct stat *st, int credential)
{
	uid_t me = geteuid();

	if (!S_ISREG(st->st_mode) || (st->st_uid && st->st_uid != me && me))
		return RP_EPERM;
	return !credential && st->st_mode & 077 ? RP_EPERM : 0;
}

int en_keys_read(struct en_keys *k, const char *path, char *why, unsigned why_size)
{
	char real[RP_PATH_MAX], text[FILE_MAX + 1];
	ssize_t n;
	int fd, err = en_keys_path(path, real, sizeof real, why, why_size);

	memset(k, 0, sizeof *k);
	if (err)
		return err;
	fd = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return fail(why, why_size, path,
			    errno == ENOENT ? "the key file is missing" : strerror(errno),
			    errno == EACCES ? RP_EPERM : RP_EKEY);
	if (fstat(fd, &k->st) || check_file(&k->st, strcmp(real, path))) {
		close(fd);
		return fail(why, why_size, path,
			    "the key file must belong to root or to this user, mode 0600", RP_EPERM);
	}
	n = read(fd, text, FILE_MAX);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	err = n > 0 ? parse(k, text) : RP_EKEY;
	rp_wipe(text, sizeof text);
	if (!err)
		return 0;
	rp_wipe(k, sizeof *k);
	return fail(why, why_size, path, "this is not a key file, or it is damaged", RP_EKEY);
}

static char *put_hex(char *at, const uint8_t *key)
{
	for (int i = 0; i < EN_KEY_LEN; i++)
		at += sprintf(at, "%02x", key[i]);
	*at++ = '\n';
	*at = '\0';
	return at;
}

static size_t spell(const struct en_keys *k, char *text)
{
	char *at = put_hex(text + sprintf(text, HEADER "tag "), k->tag);

	for (unsigned i = 0; i < k->n; i++)
		at = put_hex(at + sprintf(at, "%u ", k->keys[i].generation), k->keys[i].key);
	return (size_t)(at - text);
}

static int sync_folder(const char *path)
{
	char copy[RP_PATH_MAX];
	int fd, err;

	snprintf(copy, sizeof copy, "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	err = fsync(fd);
	close(fd);
	return err;
}

/* Writes k beside path and moves it there. link() does not replace a file, rename() does. */
static int write_keys(const struct en_keys *k, const char *path, int replace, char *why, unsigned why_size)
{
	char beside[RP_PATH_MAX], text[FILE_MAX + 1];
	size_t len = spell(k, text);
	int fd = -1, err = RP_EIO;

	errno = EROFS; /* a credential is changed where systemd takes it from */
	if (!strncmp(path, CREDENTIAL, strlen(CREDENTIAL)))
		goto out;
	errno = ENAMETOOLONG;
	if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
		goto out;
	unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len || fsync(fd))
		goto out;
	if (replace && !geteuid() && fchown(fd, k->st.st_uid, k->st.st_gid))
		goto out;
	if (replace ? rename(beside, path) : link(beside, path)) {
		err = errno == EEXIST ? RP_EEXIST : RP_EIO;
		goto out;
	}
	err = sync_folder(path) ? RP_EIO : 0;
out:
	if (err)
		fail(why, why_size, path, err == RP_EEXIST ? "there is a key file already" : strerror(errno),
		     err);
	if (fd >= 0) {
		close(fd);
		unlink(beside);
	}
	rp_wipe(text, sizeof text);
	return err;
}

int en_keyfile_create(const char *path, char *why, unsigned why_size)
{
	struct en_keys k = {.n = 1};
	int err;

	k.keys[0].generation = 1;
	if (rp_random(k.tag, sizeof k.tag) || rp_random(k.keys[0].key, EN_KEY_LEN))
		err = fail(why, why_size, path, "the kernel gives no random bytes", RP_EIO);
	else
		err = write_keys(&k, path, 0, why, why_size);
	rp_wipe(&k, sizeof k);
	return err;
}

int en_keyfile_add(const char *path, char *why, unsigned why_size)
{
	struct en_keys k;
	int err = en_keys_read(&k, path, why, why_size);

	if (err)
		return err;
	if (k.n == EN_GENERATIONS_MAX) {
		err = fail(why, why_size, path, "too many generations: finish a rotation first", RP_EFULL);
	} else if (rp_random(k.keys[k.n].key, EN_KEY_LEN)) {
		err = fail(why, why_size, path, "the kernel gives no random bytes", RP_EIO);
	} else {
		k.keys[k.n].generation = k.keys[k.n - 1].generation + 1;
		k.n++;
		err = write_keys(&k, path, 1, why, why_size);
	}
	rp_wipe(&k, sizeof k);
	return err;
}

int en_keyfile_drop_old(const char *path, char *why, unsigned why_size)
{
	struct en_keys k;
	int err = en_keys_read(&k, path, why, why_size);

	if (err)
		return err;
	k.keys[0] = k.keys[k.n - 1];
	k.n = 1;
	err = write_keys(&k, path, 1, why, why_size);
	rp_wipe(&k, sizeof k);
	return err;
}
