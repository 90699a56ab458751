#include "common/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>
#include "common/error.h"

void rp_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}

bool rp_equal(const void *a, const void *b, size_t n)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char diff = 0;

	for (size_t i = 0; i < n; i++)
		diff |= x[i] ^ y[i];
	return diff == 0;
}

void rp_free_text(char *s)
{
	if (!s)
		return;
	rp_wipe(s, strlen(s));
	free(s);
}

int rp_random(void *out, size_t n)
{
	unsigned char *p = out;

	while (n) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return RP_EIO;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

void rp_no_dump(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* A byte at a time: reading ahead would take what belongs to the next reader of a pipe. */
int rp_read_secret(int fd, char *out, size_t size)
{
	size_t n = 0;
	int err = RP_EINVAL;

	for (;;) {
		char c;
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			err = RP_EIO;
			break;
		}
		if (got == 0 && n == 0) {
			err = RP_ENOENT;
			break;
		}
		if (got == 0 || c == '\n') {
			if (n && out[n - 1] == '\r')
				n--;
			out[n] = '\0';
			return (int)n;
		}
		if (c == '\0' || n + 1 >= size)
			break;
		out[n++] = c;
	}
	rp_wipe(out, size);
	return err;
}
