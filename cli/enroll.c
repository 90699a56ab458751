#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/qrfile.h"
#include "common/base32.h"
#include "common/error.h"
#include "common/qr.h"
#include "common/secret.h"
#include "engine/address.h"
#include "engine/enrol.h"
#include "engine/recovery.h"

#define TRIES 3
#define USAGE                                                                                                \
	"enroll USER [--no-confirm] [--qr] [--qr-file FILE.png|FILE.svg] [--force] [--algorithm "            \
	"SHA1|SHA256|SHA512] "                                                                               \
	"[--digits 6|8] [--period 30|60] [--issuer TEXT] [--email ADDRESS] [--label TEXT]"

struct enrolment {
	const char *user, *qr_path, *issuer;
	FILE *qr_file;
	bool no_confirm, qr, force;
	struct en_token_options options;
	char email[RP_ADDRESS_MAX + 1]; /* in normal form; "": none */
	bool no_address;		/* what was given is none */
	uint8_t secret[EN_SECRET_MAX];
	size_t secret_len;
	char code[RP_CODE_MAX + 1];
	char recovery[512]; /* new codes, or empty: the user has some */
	bool wrong;
};

/* While the command waits for a code, anybody on the machine may read its arguments. */
static bool take_email(struct enrolment *e, char *value)
{
	struct en_address address;

	e->no_address = value[0] && en_address_read(value, false, &address);
	if (e->no_address)
		return false;
	if (value[0])
		strcpy(e->email, address.normal);
	rp_wipe(&address, sizeof address);
	memset(value, 'x', strlen(value));
	return true;
}

/* False: it is none, or its value is out of bounds. */
static bool take_option(struct enrolment *e, int o, char *value)
{
	switch (o) {
	case 'n':
		return (e->no_confirm = true);
	case 'q':
		return (e->qr = true);
	case 'F':
		return (e->force = true);
	case 'f':
		return (e->qr_path = value);
	case 'a':
		return (e->options.algorithm = en_totp_algorithm_from(value));
	case 'd':
		return (e->options.digits = (unsigned)cli_number(value, 8));
	case 'p':
		return (e->options.period = (unsigned)cli_number(value, 60));
	case 'i':
		return (e->issuer = value);
	case 'e':
		return take_email(e, value);
	case 'l':
		return (e->options.label = value);
	default:
		return false;
	}
}

static int read_options(struct enrolment *e, int argc, char **argv)
{
	static const struct option options[] = {
		{"no-confirm", no_argument, NULL, 'n'},
		{"qr", no_argument, NULL, 'q'},
		{"qr-file", required_argument, NULL, 'f'},
		{"force", no_argument, NULL, 'F'},
		{"algorithm", required_argument, NULL, 'a'},
		{"digits", required_argument, NULL, 'd'},
		{"period", required_argument, NULL, 'p'},
		{"issuer", required_argument, NULL, 'i'},
		{"email", required_argument, NULL, 'e'},
		{"label", required_argument, NULL, 'l'},
		{0},
	};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(e, o, optarg))
			return CLI_USAGE;
	e->user = argv[optind];
	e->options.active = e->no_confirm;
	return optind + 1 == argc ? 0 : CLI_USAGE;
}

/* The first token of a user comes with recovery codes; a spare device does not change those there are. */
static int count_it(struct cli *c, struct st_account *a, struct enrolment *e)
{
	if (a->n_recovery)
		return 0;
	return en_recovery_make(c->seal, a, e->recovery, sizeof e->recovery)
		       ? cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("Recovery codes could not be made.")))
		       : 0;
}

/* Where another one is registered it stays: its change may have to begin a cooling period. */
static int put_email(struct cli *c, struct st_account *a, const struct enrolment *e)
{
	bool had = a->exists && a->email_len;
	int err = e->email[0] ? en_address_register(c->seal, a, e->email) : 0;

	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", rp_strerror(err));
	if (had && a->dirty)
		return cli_fail(
			c, CLI_NO,
			T(c, N_("%s has another address registered; rempart mailbox set changes it.")),
			e->user);
	return 0;
}

static int add(struct cli *c, struct st_account *a, void *ctx)
{
	struct enrolment *e = ctx;
	int status = put_email(c, a, e), err;

	if (status)
		return status;
	err = en_enrol_add(c->seal, a, &e->options, cli_now(), NULL, 0, e->secret, &e->secret_len);

	if (err == RP_EFULL)
		return cli_fail(c, CLI_NO, T(c, N_("%s has as many tokens as fit. Revoke one first.")),
				e->user);
	if (err == RP_EINVAL)
		return cli_usage(USAGE);
	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", rp_strerror(err));
	return e->no_confirm ? count_it(c, a, e) : 0;
}

static int confirm(struct cli *c, struct st_account *a, void *ctx)
{
	struct enrolment *e = ctx;
	int err = en_enrol_confirm(c->seal, a, cli_now(), (unsigned)c->config.window, e->code);

	e->wrong = err == RP_EINVAL;
	if (e->wrong)
		return cli_fail(c, CLI_NO, "%s",
				T(c, N_("That code does not match. Wait for the next one.")));
	if (err == RP_ENOENT)
		return cli_fail(c, CLI_NO, "%s",
				T(c, N_("Meanwhile the token was confirmed, replaced or grew too old.")));
	if (err)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", rp_strerror(err));
	return count_it(c, a, e);
}

static void print_secret(const struct cli *c, const struct enrolment *e)
{
	char text[RP_BASE32_LEN(EN_SECRET_MAX) + 1];

	rp_base32_encode(e->secret, e->secret_len, text);
	fputs(T(c, N_("Secret:")), stdout);
	for (size_t i = 0; text[i]; i++)
		printf("%s%c", i % 4 ? "" : " ", text[i]);
	putchar('\n');
	rp_wipe(text, sizeof text);
}

static int write_file(struct cli *c, struct enrolment *e, const uint8_t *qr)
{
	FILE *f = e->qr_file;

	e->qr_file = NULL;
	return f ? cli_qr_write(c, qr, e->qr_path, f) : 0;
}

static int show(struct cli *c, struct enrolment *e)
{
	struct en_totp t = {e->secret, e->secret_len, EN_SHA1, 6, 30};
	char uri[RP_T2_MAX], drawing[RP_QR_TEXT_MAX];
	uint8_t qr[RP_T3_MAX];
	int n, status;

	t.algorithm = (uint8_t)(e->options.algorithm ? e->options.algorithm : t.algorithm);
	t.digits = (uint8_t)(e->options.digits ? e->options.digits : t.digits);
	t.period = (uint16_t)(e->options.period ? e->options.period : t.period);
	n = en_totp_uri(&t, e->issuer ? e->issuer : c->config.issuer, e->user, uri, sizeof uri);
	n = n > 0 ? en_enrol_qr(uri, qr, sizeof qr) : n;
	if (n < 0)
		return cli_fail(c, CLI_NO, "%s", T(c, N_("The names are too long for a QR code.")));
	if ((e->qr || isatty(1)) && rp_qr_text(qr, (size_t)n, drawing, sizeof drawing) > 0)
		fputs(drawing, stdout);
	status = write_file(c, e, qr);
	printf("%s\n", uri);
	print_secret(c, e);
	fflush(stdout);
	rp_wipe(uri, sizeof uri);
	rp_wipe(qr, sizeof qr);
	rp_wipe(drawing, sizeof drawing);
	return status;
}

static int ask_and_confirm(struct cli *c, struct enrolment *e)
{
	int status = CLI_NO;

	for (int i = 0; i < TRIES; i++) {
		if (cli_ask(T(c, N_("Code that the app shows: ")), e->code, sizeof e->code) < 0)
			return cli_fail(c, CLI_NO, "%s",
					T(c, N_("No code was given, so the token does not count.")));
		e->wrong = false;
		status = cli_change(c, e->user, true, EN_ADMIN_ENROL, NULL, confirm, e);
		if (!e->wrong)
			return status;
	}
	return status;
}

int cli_enroll(struct cli *c, int argc, char **argv)
{
	struct enrolment e = {0};
	int status;

	if (read_options(&e, argc, argv))
		return e.no_address ? cli_fail(c, CLI_USAGE, "%s", T(c, N_("this is not an e-mail address")))
				    : cli_usage(USAGE);
	status = e.qr_path ? cli_qr_create(c, e.qr_path, e.force, &e.qr_file) : 0;
	if (!status)
		status = cli_change(c, e.user, false, EN_ADMIN_ENROL, e.no_confirm ? NULL : "pending", add,
				    &e);
	if (!status)
		status = show(c, &e);
	write_file(c, &e, NULL);
	if (!status && !e.no_confirm)
		status = ask_and_confirm(c, &e);
	if (!status && e.recovery[0])
		printf("%s\n%s",
		       T(c, N_("Recovery codes. Each one replaces a code once; they are not shown again:")),
		       e.recovery);
	if (!status)
		printf(T(c, N_("%s has a new token.\n")), e.user);
	rp_wipe(&e, sizeof e);
	return status;
}
