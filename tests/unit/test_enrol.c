/* engine/enrol.h, engine/recovery.h and the enrolment of engine/policy.h. */
#include "tests/unit/cmocka_all.h"

#include <ctype.h>
#include <liboath/oath.h>
#include <string.h>
#include "common/base32.h"
#include "common/error.h"
#include "common/qr.h"
#include "engine/enrol.h"
#include "engine/reason.h"
#include "engine/recovery.h"
#include "engine/standing.h"
#include "tests/unit/world.h"

static const uint8_t secret20[20] = "12345678901234567890";

static int add(struct world *w, const struct en_token_options *o)
{
	return en_enrol_add(w->seal, &w->account, o, w->now, secret20, sizeof secret20, NULL, NULL);
}

static const char *code_of(const char *base32, int64_t now)
{
	static char code[16];
	uint8_t secret[EN_SECRET_MAX];
	int n = rp_base32_decode(base32, secret, sizeof secret);

	assert_true(n > 0);
	assert_int_equal(oath_totp_generate((const char *)secret, (size_t)n, now, 30, 0, 6, code), OATH_OK);
	return code;
}

static void a_token_counts_once_its_code_came_back(void **state)
{
	struct world *w = *state;

	assert_int_equal(add(w, &(struct en_token_options){.label = "phone"}), 0);
	assert_true(w->account.exists && w->account.dirty);
	assert_int_equal(w->account.created, w->now);
	assert_string_equal(w->account.tokens[0].label, "phone");
	assert_int_equal(en_standing_tokens(&w->account), 0);
	assert_int_equal(en_enrol_confirm(w->seal, &w->account, w->now, 1, "000000"), RP_EINVAL);
	assert_int_equal(en_standing_tokens(&w->account), 0);
	assert_int_equal(en_enrol_confirm(w->seal, &w->account, w->now, 1, world_code_now(w)), 0);
	assert_int_equal(en_standing_tokens(&w->account), 1);
	/* The code that confirmed it is used up. */
	assert_int_equal(world_ask(w, RP_AUTH, world_code_now(w)), RP_DENIED);
	assert_int_equal(w->event.reason, EN_USED);
	assert_int_equal(en_enrol_confirm(w->seal, &w->account, w->now, 1, "000000"), RP_ENOENT);
}

static void a_pending_token_grows_old_and_is_replaced(void **state)
{
	struct world *w = *state;

	assert_int_equal(add(w, &(struct en_token_options){0}), 0);
	w->now += EN_PENDING_LIFE + 1;
	assert_int_equal(en_enrol_confirm(w->seal, &w->account, w->now, 1, world_code_now(w)), RP_ENOENT);
	assert_int_equal(add(w, &(struct en_token_options){0}), 0);
	assert_int_equal(w->account.n_tokens, 1);
	assert_int_equal(w->account.tokens[0].id, 2);
	w->account.tokens[0].secret.bytes[0] ^= 1;
	assert_int_equal(en_enrol_confirm(w->seal, &w->account, w->now, 1, "000000"), RP_EKEY);
}

static void options_out_of_bounds(void **state)
{
	static const struct en_token_options bad[] = {
		{.algorithm = 9},
		{.digits = 7},
		{.period = 45},
		{.label = "a label that is longer than thirty-two bytes"},
	};
	struct world *w = *state;
	struct st_account before = w->account;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(add(w, &bad[i]), RP_EINVAL);
	assert_int_equal(en_enrol_add(w->seal, &w->account, &(struct en_token_options){0}, w->now, secret20,
				      EN_SECRET_MIN - 1, NULL, NULL),
			 RP_EINVAL);
	assert_int_equal(en_enrol_add(w->seal, &w->account, &(struct en_token_options){0}, w->now, secret20,
				      EN_SECRET_MAX + 1, NULL, NULL),
			 RP_EINVAL);
	assert_int_equal(en_enrol_add(w->seal, &w->account, &(struct en_token_options){0}, w->now, NULL, 0,
				      NULL, NULL),
			 RP_EINVAL); /* nowhere to put a new secret */
	assert_memory_equal(&before, &w->account, sizeof before);
}

static void as_many_tokens_as_fit_and_no_id_twice(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < ST_TOKENS_MAX; i++)
		assert_int_equal(add(w, &(struct en_token_options){.active = true}), 0);
	assert_int_equal(add(w, &(struct en_token_options){.active = true}), RP_EFULL);
	assert_int_equal(en_enrol_revoke(&w->account, 3), 0);
	assert_int_equal(en_enrol_revoke(&w->account, 3), RP_ENOENT);
	assert_int_equal(add(w, &(struct en_token_options){.active = true}), 0);
	assert_int_equal(w->account.tokens[ST_TOKENS_MAX - 1].id, ST_TOKENS_MAX + 1);
	assert_int_equal(en_enrol_revoke(&w->account, 0), 0);
	assert_int_equal(w->account.n_tokens, 0);
	assert_int_equal(en_enrol_revoke(&w->account, 0), RP_ENOENT);
}

static void new_secrets_are_as_long_as_the_hash(void **state)
{
	struct world *w = *state;
	uint8_t made[EN_SECRET_MAX], again[EN_SECRET_MAX];
	size_t len;

	for (unsigned a = EN_SHA1; a <= EN_SHA512; a++) {
		assert_int_equal(en_enrol_add(w->seal, &w->account,
					      &(struct en_token_options){.algorithm = a}, w->now, NULL, 0,
					      made, &len),
				 0);
		assert_int_equal(len, en_totp_secret_len(a));
	}
	en_enrol_add(w->seal, &w->account, &(struct en_token_options){.algorithm = EN_SHA512}, w->now, NULL,
		     0, again, &len);
	assert_memory_not_equal(made, again, len);
}

static void recovery_codes_work_once(void **state)
{
	struct world *w = *state;
	char codes[512], *line = codes, loose[64];

	assert_int_equal(en_recovery_make(w->seal, &w->account, codes, 10), RP_EINVAL);
	assert_int_equal(w->account.n_recovery, 0);
	assert_int_equal(en_recovery_make(w->seal, &w->account, codes, sizeof codes), 0);
	assert_int_equal(w->account.n_recovery, ST_RECOVERY_MAX);
	for (int left = ST_RECOVERY_MAX; left; left--, line += EN_RECOVERY_TEXT + 1) {
		assert_int_equal(line[EN_RECOVERY_TEXT], '\n');
		line[EN_RECOVERY_TEXT] = '\0';
		assert_true(en_recovery_shaped(line));
		/* As people type them: small letters, blanks for hyphens. */
		for (size_t i = 0; i <= EN_RECOVERY_TEXT; i++)
			loose[i] = line[i] == '-' ? ' ' : (char)tolower((unsigned char)line[i]);
		assert_int_equal(en_recovery_use(w->seal, &w->account, left % 2 ? line : loose), 0);
		assert_int_equal(w->account.n_recovery, left - 1);
		assert_int_equal(en_recovery_use(w->seal, &w->account, line), RP_ENOENT);
	}
	assert_int_equal(*line, '\0');
}

static void new_recovery_codes_replace_the_old(void **state)
{
	struct world *w = *state;
	char old[512], new[512];

	en_recovery_make(w->seal, &w->account, old, sizeof old);
	en_recovery_make(w->seal, &w->account, new, sizeof new);
	old[EN_RECOVERY_TEXT] = new[EN_RECOVERY_TEXT] = '\0';
	assert_string_not_equal(old, new);
	assert_int_equal(en_recovery_use(w->seal, &w->account, old), RP_ENOENT);
	w->account.recovery_key.bytes[0] ^= 1;
	assert_int_equal(en_recovery_use(w->seal, &w->account, new), RP_EKEY);
	w->account.recovery_key.bytes[0] ^= 1;
	assert_int_equal(en_recovery_use(w->seal, &w->account, new), 0);
}

static void what_has_not_the_form_of_a_recovery_code(void **state)
{
	(void)state;
	assert_false(en_recovery_shaped(""));
	assert_false(en_recovery_shaped("123456"));
	assert_false(en_recovery_shaped("ABCD-EFGH-IJKL-MNOP-QRST-UVW"));
	assert_false(en_recovery_shaped("ABCD-EFGH-IJKL-MNOP-QRST-UVWXY"));
	assert_false(en_recovery_shaped("ABCD-EFGH-IJKL-MNOP-QRST-UVW1"));
	assert_false(en_recovery_shaped("ABCD_EFGH_IJKL_MNOP_QRST_UVWX"));
	assert_true(en_recovery_shaped("ABCDEFGHIJKLMNOPQRSTUVWX"));
}

static void self_enrolment_from_begin_to_login(void **state)
{
	struct world *w = *state;
	char secret[RP_T1_MAX + 1], recovery[EN_RECOVERY_TEXT + 1], text[RP_QR_TEXT_MAX];

	w->config.required = true;
	assert_int_equal(world_ask(w, RP_ENROL_BEGIN, ""), RP_OK);
	strcpy(secret, w->rep.t1);
	assert_int_equal(strlen(secret), 32);
	assert_memory_equal(w->rep.t2, "otpauth://totp/Rempart:martin?secret=", 37);
	assert_true(rp_qr_text(w->rep.t3, w->rep.t3_len, text, sizeof text) > 0);
	assert_int_equal(world_ask(w, RP_ENROL_CONFIRM, ""), RP_DENIED);
	assert_int_equal(w->event.reason, EN_EMPTY);
	assert_int_equal(world_ask(w, RP_ENROL_CONFIRM, "000000"), RP_DENIED);
	assert_int_equal(w->event.reason, EN_WRONG);
	assert_int_equal(world_ask(w, RP_ENROL_CONFIRM, code_of(secret, w->now)), RP_OK);
	assert_int_equal(strlen(w->rep.t1), ST_RECOVERY_MAX * (EN_RECOVERY_TEXT + 1));
	memcpy(recovery, w->rep.t1, EN_RECOVERY_TEXT);
	recovery[EN_RECOVERY_TEXT] = '\0';
	assert_int_equal(w->account.last_ok, w->now);
	w->now += 30;
	assert_int_equal(world_ask(w, RP_AUTH, code_of(secret, w->now)), RP_OK);
	assert_int_equal(world_ask(w, RP_AUTH, recovery), RP_OK);
	assert_int_equal(world_ask(w, RP_AUTH, recovery), RP_DENIED);
	/* A second token is not for this door. */
	assert_int_equal(world_ask(w, RP_ENROL_BEGIN, ""), RP_DENIED);
	assert_int_equal(w->event.reason, EN_HAS_TOKEN);
	assert_int_equal(world_ask(w, RP_ENROL_CONFIRM, "000000"), RP_DENIED);
}

static void self_enrolment_is_refused(void **state)
{
	struct world *w = *state;

	w->config.required = true;
	assert_int_equal(world_ask_as(w, RP_ENROL_BEGIN, "portal", NULL, ""), RP_DENIED);
	assert_int_equal(w->event.reason, EN_NOT_HERE);
	assert_int_equal(world_ask(w, RP_ENROL_CONFIRM, "000000"), RP_DENIED);
	assert_int_equal(w->event.reason, EN_NO_PENDING);
	strcpy(w->config.exempt_services, "sshd");
	assert_int_equal(world_ask(w, RP_ENROL_BEGIN, ""), RP_DENIED);
	assert_int_equal(w->event.reason, EN_NOT_HERE);
	w->config.exempt_services[0] = '\0';
	w->account.exists = w->account.locked = true;
	assert_int_equal(world_ask(w, RP_ENROL_BEGIN, ""), RP_DENIED);
	assert_int_equal(w->event.reason, EN_ACCOUNT_LOCKED);
	assert_int_equal(w->account.n_tokens, 0);
}

static void a_uri_that_no_qr_code_holds_changes_nothing(void **state)
{
	struct world *w = *state;

	w->config.required = true;
	memset(w->account.name, '@', RP_USER_MAX); /* three bytes each in a URI */
	w->account.name[RP_USER_MAX] = '\0';
	memset(w->config.issuer, '@', sizeof w->config.issuer - 1);
	assert_int_equal(world_ask(w, RP_ENROL_BEGIN, ""), RP_UNAVAILABLE);
	assert_int_equal(w->account.n_tokens, 0);
	assert_false(w->account.exists);
	assert_string_equal(w->rep.t1, "");
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_end)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_token_counts_once_its_code_came_back),
		IN_A_WORLD(a_pending_token_grows_old_and_is_replaced),
		IN_A_WORLD(options_out_of_bounds),
		IN_A_WORLD(as_many_tokens_as_fit_and_no_id_twice),
		IN_A_WORLD(new_secrets_are_as_long_as_the_hash),
		IN_A_WORLD(recovery_codes_work_once),
		IN_A_WORLD(new_recovery_codes_replace_the_old),
		cmocka_unit_test(what_has_not_the_form_of_a_recovery_code),
		IN_A_WORLD(self_enrolment_from_begin_to_login),
		IN_A_WORLD(self_enrolment_is_refused),
		IN_A_WORLD(a_uri_that_no_qr_code_holds_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
