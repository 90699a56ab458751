#include "pam_module/call.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include "common/dial.h"
#include "common/error.h"
#include "common/ticks.h"
#include "pam_module/ask.h"
#include "pam_module/name.h"

/* The language of the service file, else of the program, else of its environment if that can be trusted. */
static enum rp_lang choose_lang(const struct rp_module_args *args)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): it only asks; nobody may change it while threads run */
	const char *locale = setlocale(LC_MESSAGES, NULL);

	if (args->lang)
		return rp_lang_from(args->lang);
	if (!locale || !strcmp(locale, "C") || !strcmp(locale, "POSIX"))
		locale = secure_getenv("LANG");
	return rp_lang_from(locale);
}

static const char *item_text(pam_handle_t *pamh, int type)
{
	const void *item = NULL;

	return pam_get_item(pamh, type, &item) == PAM_SUCCESS && item ? item : "";
}

int pm_call_begin(struct pm_call *c, pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const char *bad, *known;

	*c = (struct pm_call){.pamh = pamh, .flags = flags, .budget_ms = RP_MODULE_BUDGET_MS};
	bad = rp_module_args_parse(&c->args, argc, argv);
	if (bad) {
		pam_syslog(pamh, LOG_ERR, "argument \"%s\" is not one: everybody is refused", bad);
		return PAM_SERVICE_ERR;
	}
	c->lang = choose_lang(&c->args);
	if (pam_get_user(pamh, &c->user, NULL) != PAM_SUCCESS || !c->user)
		return PAM_AUTHINFO_UNAVAIL;
	known = pm_name_kept(pamh, c->user);
	if (known) {
		c->user = known;
		c->spelled = true;
	}
	c->service = item_text(pamh, PAM_SERVICE);
	c->source = item_text(pamh, PAM_RHOST);
	/* Cut, it might be the name of a service that is exempt. */
	if (strlen(c->service) > RP_SERVICE_MAX) {
		pam_syslog(pamh, LOG_ERR, "the service's name is longer than %d bytes", RP_SERVICE_MAX);
		return PAM_AUTHINFO_UNAVAIL;
	}
	return PAM_SUCCESS;
}

/* Looks the name up last: that may ask a directory, and most servers are not far from root. */
static bool trusted(uid_t server, void *ctx)
{
	const struct pm_call *c = ctx;
	const struct passwd *pw;

	if (rp_server_root_or_self(server, NULL))
		return true;
	pw = pam_modutil_getpwnam(c->pamh, c->args.server_user);
	return pw && pw->pw_uid == server;
}

struct question {
	enum rp_verb verb;
	unsigned flags;
	const char *code;
	const uint8_t *digest; /* NULL: none */
};

static void fill_request(const struct pm_call *c, const struct question *q, struct rp_request *req)
{
	*req = (struct rp_request){
		.version = RP_VERSION, .verb = (uint8_t)q->verb, .flags = (uint16_t)q->flags};
	if (!c->spelled)
		req->flags |= RP_FLAG_AS_TYPED;
	strcpy(req->user, c->user);
	strcpy(req->service, c->service);
	memcpy(req->source, c->source, strnlen(c->source, RP_SOURCE_MAX));
	strcpy(req->code, q->code);
	req->has_digest = q->digest;
	if (q->digest)
		memcpy(req->digest, q->digest, sizeof req->digest);
}

/* Asks about c->user by the name that it has now. */
static int ask(struct pm_call *c, const struct question *q, struct rp_reply *rep)
{
	struct rp_request req;
	int64_t start = rp_now_ms();
	int err;

	rp_reply_wipe(rep);
	if (!c->user[0] || strlen(c->user) > RP_USER_MAX) {
		rep->verdict = RP_DENIED;
		return 0;
	}
	fill_request(c, q, &req);
	err = rp_ask(c->args.socket, &req, rep, c->budget_ms, trusted, c);
	rp_request_wipe(&req);
	c->budget_ms -= (int)(rp_now_ms() - start);
	return err;
}

void pm_call_spell(struct pm_call *c)
{
	if (!c->spelled)
		c->user = pm_name_look_up(c->pamh, c->user);
	c->spelled = true;
}

static void exchange(struct pm_call *c, const struct question *q, struct rp_reply *rep)
{
	int err = ask(c, q, rep);

	if (!err && rep->verdict == RP_NO_ACCOUNT && !c->spelled) {
		pm_call_spell(c);
		err = ask(c, q, rep);
	}
	if (err)
		pam_syslog(c->pamh, LOG_ERR, "rempartd at %s did not decide: %s", c->args.socket,
			   rp_strerror(err));
	else if (rep->verdict == RP_FORBIDDEN)
		pam_syslog(c->pamh, LOG_ERR, "rempartd lets uid %u ask only about itself: list it in portals",
			   (unsigned)geteuid());
	if (c->args.debug)
		pam_syslog(c->pamh, LOG_DEBUG, "verb %d: verdict %d", q->verb, rep->verdict);
}

void pm_exchange(struct pm_call *c, enum rp_verb verb, unsigned flags, const char *code, struct rp_reply *rep)
{
	exchange(c, &(struct question){verb, flags, code, NULL}, rep);
}

void pm_exchange_digest(struct pm_call *c, enum rp_verb verb, unsigned flags, const uint8_t *digest,
			struct rp_reply *rep)
{
	exchange(c, &(struct question){verb, flags, "", digest}, rep);
}

int pm_conclude(const struct pm_call *c, const struct rp_reply *rep, enum pm_phase phase)
{
	char sentence[PM_SENTENCE_SIZE];

	pm_verdict_sentence(rep, phase, c->lang, sentence, sizeof sentence);
	if (sentence[0])
		pm_tell(c->pamh, c->flags, sentence);
	return pm_verdict_code(rep->verdict, phase);
}
