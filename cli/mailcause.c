#include "cli/mailcause.h"

#include <string.h>

#define AGAIN N_("Try again in a minute; the log says more: journalctl -u rempart-fetch")
#define SWEEP N_("Have every registered address looked up: rempart mailbox sweep")
#define LOG                                                                                                  \
	N_("rempartd(8) says what that means; more is in the log: journalctl -u rempartd -u rempart-fetch")

static const struct {
	const char *cause, *means, *mend;
} causes[] = {
	{"not-configured", N_("rempart-fetch is not configured"),
	 N_("Name rempart-fetch's socket in rempart.conf: fetch, below [rempartd].")},
	{"fetch-gone", N_("rempart-fetch does not answer"),
	 N_("Start rempart-fetch: systemctl start rempart-fetch.socket")},
	{"fetch-refused", N_("rempart-fetch is configured not to ask this"),
	 N_("For stealer logs set portal_domain below [fetch], for whole addresses email_exact below "
	    "[mailbox]; then: systemctl restart rempart-fetch")},
	{"no-api-key", N_("there is no API key, or it cannot be read"),
	 N_("Put the key into a file of rempart-fetch's own, mode 0400, and name it: api_key_file, below "
	    "[fetch]; then: systemctl restart rempart-fetch. What is wrong with the file is in the log: "
	    "journalctl -u rempart-fetch")},
	{"api-key-refused", N_("the server refuses the API key"),
	 N_("The key is wrong or not paid for any more: look at it where you bought it.")},
	{"not-in-plan", N_("the plan of the API key does not have this"),
	 N_("Buy a plan that has it (Pro). Without ranges of addresses there are email_exact = yes, which "
	    "tells the server who your users are, and lookup = no, with addresses that you flag yourself.")},
	{"rate-limited", N_("the plan allows no more questions for now"), AGAIN},
	{"no-breach-records", N_("the breach records did not come"), AGAIN},
	{"breaker-open", N_("the server failed several times, and is left alone for a while"), AGAIN},
	{"timeout", N_("no answer came in time"), AGAIN},
	{"busy", N_("rempart-fetch has too much to do"), AGAIN},
	{"no-connection", N_("the server cannot be reached"),
	 N_("Look at the network, and at the proxy: proxy, below [fetch].")},
	{"tls", N_("the server's certificate is not acceptable"),
	 N_("If a proxy makes certificates of its own, name its authority: ca_file, below [fetch].")},
	{"bad-body", N_("what the server sent is no answer"), LOG},
	{"too-large", N_("what the server sent is too much for an answer"), LOG},
	{"bad-answer", N_("what rempart-fetch sent is no answer"), LOG},
	{"no-breach-record", N_("it is in a breach of which no record tells"),
	 N_("Try again tomorrow: records come later than names.")},
	{"never-looked-up", N_("it was never looked up"), SWEEP},
	{"too-old", N_("it was looked up too long ago"), SWEEP},
	{"other-rules", N_("it was looked up under other rules"), SWEEP},
	{"no-address", N_("no address is registered"), N_("Register one: rempart mailbox set USER ADDRESS")},
	{"unreadable", N_("the registered address does not open with the key"), LOG},
	{"not-an-address", N_("what is registered is no e-mail address"),
	 N_("Register one: rempart mailbox set USER ADDRESS")},
};

const char *cli_mail_cause(const struct cli *c, const char *cause)
{
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (!strcmp(cause, causes[i].cause))
			return T(c, causes[i].means);
	if (!strncmp(cause, "http-", strlen("http-")))
		return T(c, N_("the server answered with an error"));
	return cause;
}

const char *cli_mail_mend(const struct cli *c, const char *cause)
{
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (!strcmp(cause, causes[i].cause))
			return T(c, causes[i].mend);
	return T(c, LOG);
}
