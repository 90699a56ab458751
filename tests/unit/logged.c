#include "tests/unit/logged.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "common/log.h"
#include "tests/unit/cmocka_all.h"

static int usual_stderr;

void logged_begin(void)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	usual_stderr = dup(STDERR_FILENO);
	assert_true(usual_stderr >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
	close(fd);
	rp_log_open("rempartd", true);
}

void logged_end(void)
{
	assert_true(dup2(usual_stderr, STDERR_FILENO) >= 0);
	close(usual_stderr);
}

unsigned logged(const char *text)
{
	static char log[65536];
	ssize_t n = pread(STDERR_FILENO, log, sizeof log - 1, 0);
	unsigned times = 0;

	assert_true(n >= 0);
	log[n] = '\0';
	for (const char *at = log; (at = strstr(at, text)); at += strlen(text))
		times++;
	return times;
}
