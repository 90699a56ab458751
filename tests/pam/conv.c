#include "tests/pam/conv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/cmocka_all.h"

static void remember(struct conv *c, const char *text)
{
	if (c->n_said < CONV_SAID)
		c->said[c->n_said++] = strdup(text);
}

static char *next_answer(struct conv *c, const char *prompt)
{
	const char *answer = c->always;

	if (c->type)
		return c->type(c, prompt);
	if (!answer && c->asked < CONV_ANSWERS)
		answer = c->answers[c->asked];
	return answer ? strdup(answer) : NULL;
}

static int show(struct conv *c)
{
	if (c->refuse_messages || (c->refuse_after && c->told >= (unsigned)c->refuse_after))
		return PAM_CONV_ERR;
	c->told++;
	return PAM_SUCCESS;
}

static int prompt(struct conv *c, const char *text, struct pam_response *resp)
{
	bool empty = c->null_answers;

	if (!empty && !(resp->resp = next_answer(c, text)))
		return PAM_CONV_ERR;
	c->asked++;
	return PAM_SUCCESS;
}

static int converse(int n, const struct pam_message **msg, struct pam_response **resp, void *ctx)
{
	struct conv *c = ctx;
	struct pam_response *r;
	int ret;

	*resp = NULL;
	remember(c, msg[0]->msg);
	if (n != 1 || msg[0]->msg_style == PAM_PROMPT_ECHO_ON) {
		c->others++;
		return PAM_CONV_ERR;
	}
	if (c->null_responses)
		return PAM_SUCCESS;
	r = calloc(1, sizeof *r);
	ret = msg[0]->msg_style == PAM_PROMPT_ECHO_OFF ? prompt(c, msg[0]->msg, r) : show(c);
	if (ret == PAM_SUCCESS)
		*resp = r;
	else
		free(r);
	return ret;
}

static void note_delay(int status, unsigned delay, void *ctx)
{
	struct conv *c = ctx;

	if (status == PAM_SUCCESS || !delay)
		return;
	c->n_delays++;
	c->delay = delay;
}

bool conv_said(const struct conv *c, const char *part)
{
	for (unsigned i = 0; i < c->n_said; i++)
		if (strstr(c->said[i], part))
			return true;
	return false;
}

void conv_clear(struct conv *c)
{
	for (unsigned i = 0; i < c->n_said; i++)
		free(c->said[i]);
	*c = (struct conv){0};
}

void login_start(struct login *l, const struct instance *i, const char *service, const char *user,
		 const char *source, struct conv *conv)
{
	const struct pam_conv talk = {converse, conv};
	void (*delay)(int, unsigned, void *) = note_delay;

	l->conv = conv;
	assert_int_equal(pam_start_confdir(service, user, &talk, i->services, &l->pamh), PAM_SUCCESS);
	assert_int_equal(pam_set_item(l->pamh, PAM_FAIL_DELAY, (const void *)delay), PAM_SUCCESS);
	if (source)
		assert_int_equal(pam_set_item(l->pamh, PAM_RHOST, source), PAM_SUCCESS);
}

void login_end(struct login *l)
{
	pam_end(l->pamh, PAM_SUCCESS);
	l->pamh = NULL;
}

int login_auth(const struct instance *i, const char *service, const char *user, struct conv *conv)
{
	struct login l;
	int ret;

	login_start(&l, i, service, user, "192.0.2.1", conv);
	ret = pam_authenticate(l.pamh, 0);
	login_end(&l);
	return ret;
}

int login_whole(const struct instance *i, const char *service, const char *user, struct conv *conv)
{
	struct login l;
	int ret;

	login_start(&l, i, service, user, "192.0.2.1", conv);
	ret = pam_authenticate(l.pamh, 0);
	if (ret == PAM_SUCCESS)
		ret = pam_acct_mgmt(l.pamh, 0);
	login_end(&l);
	return ret;
}

int login_answers(const struct instance *i, const char *service, const char *user, const char *first,
		  const char *second)
{
	struct conv conv = {.answers = {first, second}};
	int ret = login_auth(i, service, user, &conv);

	assert_int_equal(conv.others, 0);
	conv_clear(&conv);
	return ret;
}
