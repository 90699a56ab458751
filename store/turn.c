#include "store/turn.h"

#include <stdlib.h>
#include <string.h>
#include "common/secret.h"

/* One block for all that a turn may hold. The kernel gives a page of it when it is first written, so that
 * what was never used costs nothing. */
struct st_turn *st_turn_new(void)
{
	return calloc(1, sizeof(struct st_turn));
}

void st_turn_free(struct st_turn *t)
{
	if (!t)
		return;
	st_turn_clear(t);
	free(t);
}

void st_turn_clear(struct st_turn *t)
{
	rp_wipe(t->accounts, t->n_accounts * sizeof(t->accounts[0]));
	rp_wipe(t->throttles, t->n_throttles * sizeof(t->throttles[0]));
	rp_wipe(t->events, t->n_events * sizeof(t->events[0]));
	memset(t, 0, offsetof(struct st_turn, throttles));
}

/* FNV-1a. A stranger who finds names that collide makes a turn a few microseconds longer. */
static size_t hash(const void *key, size_t len)
{
	const uint8_t *p = key;
	uint32_t h = 2166136261u;

	while (len--)
		h = (h ^ *p++) * 16777619u;
	return h ^ h >> 16;
}

struct st_account *st_turn_account(struct st_turn *t, const char *name)
{
	size_t len = strnlen(name, RP_USER_MAX + 1);
	size_t at = hash(name, len) % ST_ACCOUNT_SLOTS;
	struct st_account *a;

	if (len > RP_USER_MAX)
		return NULL;
	for (; t->account_slots[at]; at = (at + 1) % ST_ACCOUNT_SLOTS) {
		a = &t->accounts[t->account_slots[at] - 1];
		if (strcmp(a->name, name) == 0)
			return a;
	}
	if (t->loaded || t->n_accounts == ST_TURN_MAX)
		return NULL;
	a = &t->accounts[t->n_accounts++];
	t->account_slots[at] = (uint16_t)t->n_accounts;
	memcpy(a->name, name, len);
	return a;
}

struct st_throttle_record *st_turn_throttle(struct st_turn *t, const uint8_t key[ST_HASH_LEN])
{
	size_t at = hash(key, ST_HASH_LEN) % ST_THROTTLE_SLOTS;
	struct st_throttle_record *r;

	for (; t->throttle_slots[at]; at = (at + 1) % ST_THROTTLE_SLOTS) {
		r = &t->throttles[t->throttle_slots[at] - 1];
		if (memcmp(r->key, key, ST_HASH_LEN) == 0)
			return r;
	}
	if (t->loaded || t->n_throttles == ST_TURN_THROTTLES)
		return NULL;
	r = &t->throttles[t->n_throttles++];
	t->throttle_slots[at] = (uint16_t)t->n_throttles;
	memcpy(r->key, key, ST_HASH_LEN);
	return r;
}

struct st_event *st_turn_event(struct st_turn *t)
{
	return t->n_events < ST_TURN_EVENTS ? &t->events[t->n_events++] : NULL;
}

void st_turn_drop_empty_events(struct st_turn *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n_events; i++) {
		if (!t->events[i].time)
			continue;
		if (kept < i)
			t->events[kept] = t->events[i];
		kept++;
	}
	t->n_events = kept;
}

const struct st_event *st_turn_event_at(const struct st_turn *t, size_t n)
{
	return n < t->n_events ? &t->events[n] : NULL;
}

void st_turn_reset(struct st_turn *t)
{
	for (size_t i = 0; i < t->n_accounts; i++) {
		struct st_account *a = &t->accounts[i];

		rp_wipe((uint8_t *)a + sizeof(a->name), sizeof(*a) - sizeof(a->name));
		t->rows[i] = 0;
	}
	for (size_t i = 0; i < t->n_throttles; i++) {
		struct st_throttle_record *r = &t->throttles[i];

		memset((uint8_t *)r + sizeof(r->key), 0, sizeof(*r) - sizeof(r->key));
	}
	t->loaded = false;
}
