/* 64 users at once in one process, as Apache's threads do it. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "tests/pam/conv.h"
#include "tests/pam/people.h"
#include "tests/unit/cmocka_all.h"

#define USERS 64

static struct instance in;
static pthread_barrier_t together;

struct user {
	char name[16], wrong[CODE_SIZE], right[CODE_SIZE];
	pthread_t thread;
	int with_wrong, with_right, again;
	bool own_words; /* the prompt was in the language of this user's service */
};

static int start(void **state)
{
	(void)state;
	instance_start(&in, NULL, "[throttle]\nsource_free = 1000\n");
	instance_service(&in, "en",
			 "auth required pam_pwdfile.so\nauth required pam_rempart.so nodelay lang=en\n"
			 "account required pam_rempart.so\n");
	instance_service(
		&in, "fr",
		"auth required pam_rempart.so nodelay lang=fr mode=auto\nauth required pam_pwdfile.so\n"
		"account required pam_rempart.so\n");
	return 0;
}

static int stop(void **state)
{
	(void)state;
	instance_stop(&in);
	return 0;
}

static int enter(struct user *u, bool french, const char *code)
{
	struct conv conv = {.answers = {PASSWORD, code}};
	int ret = login_whole(&in, french ? "fr" : "en", u->name, &conv);

	u->own_words =
		conv_said(&conv, french ? "Code de vérification" : "Verification code") && !conv.others;
	conv_clear(&conv);
	return ret;
}

static void *live(void *arg)
{
	struct user *u = arg;
	bool french = u->name[strlen(u->name) - 1] % 2;

	pthread_barrier_wait(&together);
	u->with_wrong = enter(u, french, u->wrong);
	u->with_right = enter(u, french, u->right);
	u->again = enter(u, !french, u->right);
	return NULL;
}

static void many_at_once(void **state)
{
	static struct user users[USERS];

	(void)state;
	assert_int_equal(pthread_barrier_init(&together, NULL, USERS), 0);
	for (int n = 0; n < USERS; n++) {
		struct token t = {0};

		snprintf(users[n].name, sizeof users[n].name, "user%d", n);
		people_enrol(&in, users[n].name, &t);
		instance_password_for(&in, users[n].name);
		token_wrong_code(&t, in.now, users[n].wrong);
		token_code(&t, in.now, users[n].right);
	}
	for (int n = 0; n < USERS; n++)
		assert_int_equal(pthread_create(&users[n].thread, NULL, live, &users[n]), 0);
	for (int n = 0; n < USERS; n++)
		pthread_join(users[n].thread, NULL);
	for (int n = 0; n < USERS; n++) {
		assert_int_equal(users[n].with_wrong, PAM_AUTH_ERR);
		assert_int_equal(users[n].with_right, PAM_SUCCESS);
		assert_int_equal(users[n].again, PAM_AUTH_ERR);
		assert_true(users[n].own_words);
	}
	pthread_barrier_destroy(&together);
}

/* One user's code from as many threads at the same moment lets in one of them. */
static struct user crowd[USERS];
static char crowd_code[CODE_SIZE];

static void *rush(void *arg)
{
	struct user *u = arg;

	pthread_barrier_wait(&together);
	u->with_right = login_answers(&in, "en", "crowd", PASSWORD, crowd_code);
	return NULL;
}

static void one_code_for_many(void **state)
{
	struct token t = {0};
	int let_in = 0;

	(void)state;
	assert_int_equal(pthread_barrier_init(&together, NULL, USERS), 0);
	people_enrol(&in, "crowd", &t);
	instance_password_for(&in, "crowd");
	token_code(&t, in.now, crowd_code);
	for (int n = 0; n < USERS; n++)
		assert_int_equal(pthread_create(&crowd[n].thread, NULL, rush, &crowd[n]), 0);
	for (int n = 0; n < USERS; n++)
		pthread_join(crowd[n].thread, NULL);
	for (int n = 0; n < USERS; n++) {
		let_in += crowd[n].with_right == PAM_SUCCESS;
		assert_true(crowd[n].with_right == PAM_SUCCESS || crowd[n].with_right == PAM_AUTH_ERR);
	}
	assert_int_equal(let_in, 1);
	pthread_barrier_destroy(&together);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_at_once),
		cmocka_unit_test(one_code_for_many),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
