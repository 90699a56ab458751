#include "tests/pam/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "tests/pam/files.h"
#include "tests/unit/cmocka_all.h"

struct instance gate;
static pid_t peer;

static void service(const char *name, const char *control, const char *args)
{
	char text[1024];

	snprintf(text, sizeof text,
		 "password %s pam_rempart.so reset %s\npassword requisite %s file=%s\n"
		 "session required pam_rempart.so %s\n",
		 control, args, gate.store_module, gate.stored, args);
	instance_service(&gate, name, text);
}

int gate_start(void **state)
{
	(void)state;
	instance_prepare(&gate);
	service("portal", "requisite", "");
	service("required", "required", "retry=1");
	service("french", "requisite", "lang=fr");
	peer = peer_start(&gate, PEER_RESET, geteuid());
	return 0;
}

int gate_stop(void **state)
{
	(void)state;
	peer_stop(peer);
	instance_stop(&gate);
	return 0;
}

void gate_as(enum peer_kind kind)
{
	unlink(gate.stored);
	peer_stop(peer);
	peer = peer_start(&gate, kind, geteuid());
}

int gate_afresh(void **state)
{
	(void)state;
	gate_as(PEER_RESET);
	return 0;
}

int gate_reset(const char *name, const char *user, int flags, struct conv *conv)
{
	struct login l;
	int ret;

	login_start(&l, &gate, name, user, "192.0.2.1", conv);
	ret = pam_chauthtok(l.pamh, flags);
	login_end(&l);
	assert_int_equal(conv->others, 0);
	return ret;
}

void gate_stored(const char *password)
{
	char *text = access(gate.stored, F_OK) ? NULL : file_read(gate.stored);

	if (!password)
		assert_null(text);
	else
		assert_string_equal(text, password);
	free(text);
}

unsigned gate_questions(void)
{
	unsigned n = 0;

	while (peer_heard(n))
		n++;
	return n;
}

/* Names are looked up before the first question, so that one without an account costs no second. */
void gate_asked(unsigned n, enum rp_verb verb, unsigned flags, const char *code)
{
	const struct rp_request *req = peer_heard(n);

	assert_non_null(req);
	assert_int_equal(req->verb, verb);
	assert_int_equal(req->flags, flags);
	assert_string_equal(req->code, code);
	assert_string_equal(req->address, "");
	assert_string_equal(req->source, "192.0.2.1");
}
