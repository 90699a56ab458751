#include "bench/subject.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "bench/folder.h"
#include "bench/instance.h"
#include "bench/people.h"
#include "common/base32.h"

/* Coprime with the powers of ten that we have users of, and near their golden section. */
#define STRIDE 617761

static const struct {
	const char *module, *package;
} kinds[] = {
	[BN_PERMIT] = {"pam_permit", "libpam-modules"},
	[BN_GOOGLE] = {"pam_google_authenticator", "libpam-google-authenticator"},
	[BN_OATH] = {"pam_oath", "libpam-oath"},
	[BN_REMPART] = {"pam_rempart", NULL},
};

const char *bn_subject_module(const struct bn_subject *s)
{
	return kinds[s->kind].module;
}

const char *bn_subject_package(const struct bn_subject *s)
{
	return kinds[s->kind].package;
}

unsigned bn_subject_user(const struct bn_subject *s, unsigned i)
{
	return (unsigned)(((uint64_t)s->cursor + i) * STRIDE % s->users);
}

static bool is_installed(const char *module)
{
	static const char *const folders[] = {"/usr/lib/" BN_MULTIARCH "/security",
					      "/lib/" BN_MULTIARCH "/security",
					      "/usr/lib/security",
					      "/usr/lib64/security",
					      "/lib/security",
					      "/lib64/security"};
	char path[BN_PATH];

	for (unsigned i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s/%s.so", folders[i], module);
		if (!access(path, R_OK))
			return true;
	}
	return false;
}

static void base32_of(unsigned n, char out[RP_BASE32_LEN(BN_SECRET_LEN) + 1])
{
	uint8_t secret[BN_SECRET_LEN];

	bn_secret(n, secret);
	rp_base32_encode(secret, sizeof secret, out);
}

/* A file a user, as google-authenticator(1) writes it with --disallow-reuse. */
static int write_google(const struct bn_subject *s, const char *at)
{
	char name[BN_NAME_LEN], secret[RP_BASE32_LEN(BN_SECRET_LEN) + 1];

	if (bn_make_folder("%s/%s", at, s->service))
		return -1;
	for (unsigned n = 0; n < s->users && !bn_stopped; n++) {
		FILE *f;

		bn_name(n, name);
		base32_of(n, secret);
		f = bn_create("%s/%s/%s", at, s->service, name);
		if (!f)
			return -1;
		fprintf(f, "%s\n\" WINDOW_SIZE 3\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n", secret);
		if (bn_close(f))
			return -1;
	}
	return 0;
}

static int write_oath(const struct bn_subject *s, const char *at)
{
	FILE *f = bn_create("%s/%s.users", at, s->service);
	char name[BN_NAME_LEN];
	uint8_t secret[BN_SECRET_LEN];

	if (!f)
		return -1;
	for (unsigned n = 0; n < s->users; n++) {
		bn_name(n, name);
		bn_secret(n, secret);
		fprintf(f, "HOTP/T30/6 %s - ", name);
		for (unsigned i = 0; i < sizeof secret; i++)
			fprintf(f, "%02x", secret[i]);
		putc('\n', f);
	}
	return bn_close(f);
}

static int write_csv(const struct bn_subject *s, const char *at)
{
	FILE *f = bn_create("%s/%s.csv", at, s->service);
	char name[BN_NAME_LEN], secret[RP_BASE32_LEN(BN_SECRET_LEN) + 1], address[BN_ADDRESS_LEN] = "";

	if (!f)
		return -1;
	for (unsigned n = 0; n < s->users; n++) {
		bn_name(n, name);
		base32_of(n, secret);
		if (s->addresses)
			bn_address(n, address);
		fprintf(f, "%s,%s%s%s\n", name, secret, s->addresses ? "," : "", address);
	}
	return bn_close(f);
}

/* The one line of the service: nothing but the module is measured. */
static int write_service(const struct bn_subject *s, const char *folder, const char *at, const char *build)
{
	const struct passwd *pw = getpwuid(geteuid());
	FILE *f = bn_create("%s/pam.d/%s", folder, s->service);

	if (!f)
		return -1;
	switch (s->kind) {
	case BN_PERMIT:
		fprintf(f, "auth required pam_permit.so\n");
		break;
	case BN_GOOGLE:
		fprintf(f, "auth required pam_google_authenticator.so secret=%s/%s/${USER} user=%s\n", at,
			s->service, pw ? pw->pw_name : "root");
		break;
	case BN_OATH:
		fprintf(f, "auth required pam_oath.so usersfile=%s/%s.users window=3 digits=6\n", at,
			s->service);
		break;
	case BN_REMPART:
		fprintf(f, "auth required %s/pam_rempart.so socket=%s/%s/socket\n", build, at, s->service);
		break;
	}
	return bn_close(f);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int make_users(struct bn_subject *s, const char *at, const char *build)
{
	switch (s->kind) {
	case BN_PERMIT:
		return 0;
	case BN_GOOGLE:
		return write_google(s, at);
	case BN_OATH:
		return write_oath(s, at);
	case BN_REMPART:
		return write_csv(s, at) ? -1 : bn_instance_start(s, at, build);
	}
	return -1;
}

int bn_subject_prepare(struct bn_subject *s, const char *folder, const char *build)
{
	char at[BN_PATH];
	double start = now();

	s->there = s->kind == BN_REMPART || is_installed(bn_subject_module(s));
	if (!s->there)
		return 0;
	snprintf(s->service, sizeof s->service, "%s-%u", bn_subject_module(s) + 4, s->users);
	snprintf(at, sizeof at, "%s/users", folder);
	s->last = mmap(NULL, s->users * sizeof *s->last, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (s->last == MAP_FAILED || write_service(s, folder, at, build) || make_users(s, at, build))
		return -1;
	s->seconds = s->kind == BN_REMPART ? s->seconds : now() - start;
	return bn_stopped ? -1 : 0;
}

void bn_subject_stop(struct bn_subject *s)
{
	bn_instance_stop(s->daemon);
	s->daemon = 0;
}
