/* Places for requests that wait for rempart-fetch: how many, for whom, and how long. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include <unistd.h>
#include "engine/park.h"

#define NOW 100000

static struct en_park park;
static struct en_seat portal = {.who = EN_PORTAL}, stranger = {.who = EN_ANY};

static const struct rp_request password = {.verb = RP_ACCOUNT, .has_digest = true, .digest = "secret"};
static const struct rp_request reset = {.verb = RP_RESET, .address = "claire@example.org"};
static const struct en_lookup lookup = {.ask = {RP_MAIL_RANGE, "5671dd"}, .held = true};

static int make(void **state)
{
	(void)state;
	memset(&park, 0, sizeof park);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EN_PARKED_MAX; i++)
		if (park.places[i].taken)
			en_park_leave(&park, &park.places[i]);
	assert_int_equal(park.used, 0);
	return 0;
}

static struct en_parked *put(struct en_seat *seat, int64_t since)
{
	int fd = dup(2);

	assert_true(fd >= 0 && en_park_has_room(&park, &password));
	return en_park_put(&park, seat, fd, since, &password, &lookup);
}

static struct en_parked *put_reset(struct en_seat *seat)
{
	assert_true(en_park_has_room(&park, &reset));
	return en_park_put(&park, seat, -1, NOW, &reset, &lookup);
}

static void so_many_have_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EN_PARKED_MAX; i++)
		put(&portal, NOW);
	assert_false(en_park_has_room(&park, &password));
	assert_false(en_park_has_room(&park, &reset));
	en_park_leave(&park, &park.places[7]);
	assert_true(en_park_has_room(&park, &password));
	assert_true(en_park_has_room(&park, &reset));
	assert_ptr_equal(put(&portal, NOW), &park.places[7]);
}

static void resets_leave_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EN_PARKED_MAILBOXES; i++)
		put_reset(&portal);
	assert_false(en_park_has_room(&park, &reset));
	for (unsigned i = EN_PARKED_MAILBOXES; i < EN_PARKED_MAX; i++)
		put(&portal, NOW);
	en_park_leave(&park, &park.places[EN_PARKED_MAX - 1]);
	assert_false(en_park_has_room(&park, &reset));
	en_park_leave(&park, &park.places[0]);
	assert_true(en_park_has_room(&park, &reset));
}

/* Answered, it stays until its time; nothing of it stays after that. */
static void one_that_is_held(void **state)
{
	struct en_parked *k = put_reset(&portal);

	(void)state;
	k->fd = dup(2);
	en_park_hang_up(k);
	assert_int_equal(k->fd, -1);
	assert_true(k->taken && k->lookup.held);
	assert_false(en_park_is_late(k, NOW + EN_PARKED_MS - 1));
	assert_true(en_park_is_late(k, NOW + EN_PARKED_MS));
	en_park_leave(&park, k);
	assert_string_equal(k->req.address, "");
	assert_string_equal(k->lookup.ask.argument, "");
}

static void a_seat_finds_its_own(void **state)
{
	struct en_seat other = {.who = EN_PORTAL};
	struct en_parked *k = put(&portal, NOW);

	(void)state;
	put(&stranger, NOW);
	assert_ptr_equal(en_park_find(&park, &portal), k);
	assert_null(en_park_find(&park, &other));
	en_park_leave(&park, k);
	assert_null(en_park_find(&park, &portal));
	assert_memory_equal(k->req.digest, "\0\0\0\0\0\0", 6);
}

static void it_is_late_when_its_time_is_over(void **state)
{
	struct en_parked *first = put(&portal, NOW), *second = put(&portal, NOW + 300);

	(void)state;
	assert_false(en_park_is_late(first, NOW + EN_PARKED_MS - 1));
	assert_true(en_park_is_late(first, NOW + EN_PARKED_MS));
	assert_false(en_park_is_late(second, NOW + EN_PARKED_MS));
	assert_int_equal(en_park_wait_ms(&park, NOW, 10000), EN_PARKED_MS);
	assert_int_equal(en_park_wait_ms(&park, NOW, 100), 100);
	assert_int_equal(en_park_wait_ms(&park, NOW + EN_PARKED_MS + 5, 100), 0);
	en_park_leave(&park, first);
	assert_false(en_park_is_late(first, NOW + EN_PARKED_MS));
	assert_int_equal(en_park_wait_ms(&park, NOW + EN_PARKED_MS, 10000), 300);
	en_park_leave(&park, second);
	assert_int_equal(en_park_wait_ms(&park, NOW, 10000), 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(so_many_have_room, make, drop),
		cmocka_unit_test_setup_teardown(resets_leave_room, make, drop),
		cmocka_unit_test_setup_teardown(one_that_is_held, make, drop),
		cmocka_unit_test_setup_teardown(a_seat_finds_its_own, make, drop),
		cmocka_unit_test_setup_teardown(it_is_late_when_its_time_is_over, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
