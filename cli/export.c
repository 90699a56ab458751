/*
 * rempart export: every account on standard output. As shipped, JSON lines in which sealed bytes stay sealed:
 * a copy worth nothing without the key. With --plaintext, the CSV that import reads, secrets in the clear.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli/csv.h"
#include "common/base32.h"
#include "common/secret.h"
#include "engine/standing.h"
#include "engine/totp.h"

static void hex(const uint8_t *bytes, size_t n)
{
	putchar('"');
	for (size_t i = 0; i < n; i++)
		printf("%02x", bytes[i]);
	putchar('"');
}

/* Under the names that status --json has for them. */
static void mail_fields(const struct st_mail *m)
{
	char when[32];

	printf(",\"mailbox_flagged\":\"%s\"", cli_time(m->flagged, when));
	printf(",\"mailbox_told\":\"%s\"", cli_time(m->told, when));
	printf(",\"mailbox_proved\":\"%s\"", cli_time(m->proved, when));
	printf(",\"reset_allowed_until\":\"%s\"", cli_time(m->gate, when));
	printf(",\"no_reset_before\":\"%s\"", cli_time(m->cooling, when));
	printf(",\"reset\":\"%s\"", cli_time(m->reset, when));
}

static int sealed_line(const struct st_account *a, void *ctx)
{
	(void)ctx;
	fputs("{\"user\":", stdout);
	cli_json_string(a->name);
	printf(",\"locked\":%s,\"recovery_codes\":%u,\"email_generation\":%u,\"email\":",
	       a->locked ? "true" : "false", a->n_recovery, a->email_generation);
	hex(a->email, a->email_len);
	mail_fields(&a->mail);
	fputs(",\"tokens\":[", stdout);
	for (int i = 0; i < a->n_tokens; i++) {
		const struct st_token *t = &a->tokens[i];

		printf("%s{\"id\":%u,\"state\":\"%s\",\"algorithm\":\"%s\",\"digits\":%u,\"period\":%u,"
		       "\"last_step\":%llu,\"generation\":%u,\"sealed\":",
		       i ? "," : "", t->id, t->state == ST_TOKEN_ACTIVE ? "active" : "pending",
		       en_totp_algorithm_name(t->algorithm), t->digits, t->period,
		       (unsigned long long)t->last_counter, t->secret.generation);
		hex(t->secret.bytes, t->secret.len);
		putchar('}');
	}
	puts("]}");
	return ferror(stdout) ? -1 : 0;
}

struct plain {
	struct cli *c;
	size_t further;
};

/* The first active token of each: a CSV line holds one. */
static int plain_line(const struct st_account *a, void *ctx)
{
	struct plain *p = ctx;
	struct cli *c = p->c;
	uint8_t secret[EN_SECRET_MAX];
	char text[RP_BASE32_LEN(EN_SECRET_MAX) + 1], email[ST_EMAIL_SEALED_MAX];
	const struct st_token *t = a->tokens;
	int n;

	while (t < a->tokens + a->n_tokens && t->state != ST_TOKEN_ACTIVE)
		t++;
	if (t == a->tokens + a->n_tokens)
		return 0;
	p->further += en_standing_tokens(a) - 1;
	n = en_seal_get(c->seal, a->name, "totp", t->id, &t->secret, secret, sizeof secret);
	if (n < 0 || en_seal_get_email(c->seal, a, email, sizeof email) < 0)
		return cli_fail(c, CLI_UNAVAILABLE, T(c, N_("The key does not open the secret of %s.")),
				a->name);
	rp_base32_encode(secret, (size_t)n, text);
	cli_csv_put(a->name);
	printf(",%s,", text);
	cli_csv_put(email);
	printf(",%s,%u,%u\n", en_totp_algorithm_name(t->algorithm), t->digits, t->period);
	rp_wipe(secret, sizeof secret);
	rp_wipe(text, sizeof text);
	rp_wipe(email, sizeof email);
	return ferror(stdout) ? -1 : 0;
}

static bool owns_store(const struct cli *c)
{
	struct stat st;

	return !geteuid() || (!stat(c->config.state, &st) && st.st_uid == geteuid());
}

static int no_change(struct cli *c, struct st_account *a, void *ctx)
{
	(void)c;
	(void)a;
	(void)ctx;
	return 0;
}

static int export_plain(struct cli *c)
{
	struct plain p = {.c = c};
	int status;

	if (!owns_store(c))
		return cli_fail(c, CLI_NO, "%s",
				T(c, N_("Only root or the store's owner may export secrets.")));
	fprintf(stderr, "%s\n",
		T(c, N_("Warning: what follows holds every secret in the clear. Whoever reads it can log in "
			"as anybody; "
			"keep it encrypted and destroy it soon.")));
	/* The event first: what could not be recorded is not written out. */
	status = cli_change(c, "-", false, EN_ADMIN_EXPORT, "plaintext", no_change, NULL);
	if (status)
		return status;
	puts("user,secret,email,algorithm,digits,period");
	status = st_each_account(c->store, "", 0, plain_line, &p);
	if (!status && p.further)
		fprintf(stderr,
			T(c, N_("A line holds one token: %zu further devices are not in the file.\n")),
			p.further);
	return status;
}

int cli_export(struct cli *c, int argc, char **argv)
{
	int err;

	if (argc == 2 && !strcmp(argv[1], "--plaintext"))
		err = export_plain(c);
	else if (argc == 1)
		err = st_each_account(c->store, "", 0, sealed_line, NULL);
	else
		return cli_usage("export [--plaintext]");
	if (err < 0)
		return cli_fail(c, CLI_UNAVAILABLE, "%s", T(c, N_("Not everything could be written.")));
	return err;
}
