#include "fetch/mailbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/error.h"
#include "fetch/json.h"
#include "fetch/records.h"

#define SUFFIX_DIGITS ((size_t)2 * RP_MAIL_SUFFIX_LEN)
#define AT_ONCE 255 /* breaches of an address */
/* No answer has room for more: a breach takes 20 bytes there at least. */
#define NAMES_MAX (RP_MAIL_FIELD_MAX / 20)
#define PLAN_NAME_MAX 200
/* Two full fields are more than a packet. */
#define ADDRESSES_MAX (RP_MAIL_FIELD_MAX - 64)

/* A range being read. index: from a name to its number, the order in which they came. */
struct reading {
	json_t *index;
	struct rp_mail_writer names, addresses;
};

static int name_number(struct reading *r, const json_t *value, uint16_t *out)
{
	const char *name = fe_json_words(value, RP_BREACH_NAME_MAX);
	const json_t *known = name ? json_object_get(r->index, name) : NULL;
	size_t n = json_object_size(r->index), len;

	if (!name)
		return RP_EINVAL;
	if (known) {
		*out = (uint16_t)json_integer_value(known);
		return 0;
	}
	if (n == NAMES_MAX || json_object_set_new(r->index, name, json_integer((json_int_t)n)))
		return RP_EFULL;
	len = strlen(name) + 1;
	memcpy(r->names.buf + r->names.at, name, len);
	r->names.at += len;
	*out = (uint16_t)n;
	return 0;
}

static int read_suffix(const json_t *j, uint8_t out[RP_MAIL_SUFFIX_LEN])
{
	const char *s = fe_json_text(j, "hashSuffix", SUFFIX_DIGITS);

	if (!s || strspn(s, "0123456789ABCDEFabcdef") != SUFFIX_DIGITS)
		return RP_EINVAL;
	for (size_t i = 0; i < RP_MAIL_SUFFIX_LEN; i++) {
		const char byte[3] = {s[2 * i], s[2 * i + 1]};

		out[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return 0;
}

static int read_address(struct reading *r, const json_t *j)
{
	const json_t *websites = json_object_get(j, "websites"), *name;
	uint8_t suffix[RP_MAIL_SUFFIX_LEN];
	uint16_t numbers[AT_ONCE];
	unsigned n = 0;
	size_t i;

	if (read_suffix(j, suffix) || !json_is_array(websites))
		return RP_EINVAL;
	json_array_foreach(websites, i, name)
	{
		int err = name_number(r, name, &numbers[n]);

		if (err)
			return err;
		if (++n < AT_ONCE)
			continue;
		rp_mail_put_address(&r->addresses, suffix, numbers, n);
		n = 0;
	}
	if (n)
		rp_mail_put_address(&r->addresses, suffix, numbers, n);
	return r->addresses.full ? RP_EFULL : 0;
}

/* How many names, their length, the names each with its NUL, the addresses as they go on the wire. */
struct head {
	uint32_t n, len;
};

static int pack(const struct reading *r, uint8_t **bytes, size_t *n)
{
	struct head head = {(uint32_t)json_object_size(r->index), (uint32_t)r->names.at};

	*n = sizeof head + r->names.at + r->addresses.at;
	*bytes = malloc(*n);
	if (!*bytes)
		return RP_ENOMEM;
	memcpy(*bytes, &head, sizeof head);
	memcpy(*bytes + sizeof head, r->names.buf, r->names.at);
	memcpy(*bytes + sizeof head + r->names.at, r->addresses.buf, r->addresses.at);
	return 0;
}

int fe_mail_range(const char *text, size_t len, uint8_t **bytes, size_t *n)
{
	static uint8_t names[NAMES_MAX * (RP_BREACH_NAME_MAX + 1)], addresses[ADDRESSES_MAX];
	struct reading r = {json_object(), {names, sizeof names, 0, 0}, {addresses, sizeof addresses, 0, 0}};
	json_t *root, *j;
	size_t i;
	int err = fe_json_read(text, len, &root);

	*bytes = NULL;
	if (!err && !json_is_array(root))
		err = RP_EINVAL;
	if (!err)
		json_array_foreach(root, i, j) err = err ? err : read_address(&r, j);
	if (!err)
		err = pack(&r, bytes, n);
	json_decref(root);
	json_decref(r.index);
	return err;
}

void fe_mail_join(const uint8_t *range, size_t len, const uint8_t *records, size_t records_len,
		  struct rp_mail_writer *w, struct fe_joined *out)
{
	const char *name = (const char *)range + sizeof(struct head);
	struct head head;

	memcpy(&head, range, sizeof head);
	*out = (struct fe_joined){.addresses = range + sizeof head + head.len,
				  .addresses_len = len - sizeof head - head.len};
	for (uint32_t i = 0; i < head.n; i++, name += strlen(name) + 1) {
		const struct rp_breach *b = fe_records_find(records, records_len, name);
		struct rp_breach unknown = {.classes = RP_BREACH_NO_RECORD};

		if (!b)
			memcpy(unknown.name, name, strlen(name));
		out->missing |= !b;
		rp_mail_put_breach(w, b ? b : &unknown);
	}
}

static int count_stealers(const json_t *root, size_t *bytes)
{
	const json_t *j;
	size_t i;

	*bytes = sizeof(uint64_t);
	json_array_foreach(root, i, j)
	{
		const char *address = fe_json_words(j, RP_ADDRESS_MAX);

		if (!address || !strchr(address, '@'))
			return RP_EINVAL;
		*bytes += strlen(address) + 1;
	}
	return json_is_array(root) ? 0 : RP_EINVAL;
}

int fe_mail_stealers(const char *text, size_t len, uint8_t **bytes, size_t *n)
{
	uint8_t *at;
	uint64_t count;
	json_t *root, *j;
	size_t i;
	int err = fe_json_read(text, len, &root);

	*bytes = NULL;
	if (!err)
		err = count_stealers(root, n);
	if (!err && !(*bytes = malloc(*n + 1))) /* and stpcpy's NUL */
		err = RP_ENOMEM;
	if (!err) {
		count = json_array_size(root);
		memcpy(*bytes, &count, sizeof count);
		at = *bytes + sizeof count;
		json_array_foreach(root, i, j) at =
			(uint8_t *)stpcpy(stpcpy((char *)at, json_string_value(j)), "\n");
	}
	json_decref(root);
	return err;
}

uint64_t fe_mail_page(const uint8_t *list, size_t len, uint64_t from, const uint8_t **out, size_t *out_len)
{
	const uint8_t *end = list + len, *line = list + sizeof(uint64_t);
	uint64_t count = 0;

	if (len)
		memcpy(&count, list, sizeof count);
	*out_len = 0;
	*out = NULL;
	if (from >= count)
		return count;
	while (from--)
		line = (const uint8_t *)memchr(line, '\n', (size_t)(end - line)) + 1;
	*out = line;
	*out_len = (size_t)(end - line);
	if (*out_len > RP_MAIL_FIELD_MAX)
		*out_len = (size_t)((const uint8_t *)memrchr(line, '\n', RP_MAIL_FIELD_MAX) + 1 - line);
	return count;
}

int fe_mail_plan(const char *text, size_t len, uint8_t **bytes, size_t *n)
{
	char *out = NULL;
	const json_t *rpm;
	const char *name;
	json_t *root;
	int err = fe_json_read(text, len, &root), got;

	*bytes = NULL;
	name = fe_json_text(root, "SubscriptionName", PLAN_NAME_MAX);
	rpm = json_object_get(root, "Rpm");
	if (!err && (!name || !json_is_integer(rpm) || json_integer_value(rpm) < 0))
		err = RP_EINVAL;
	if (!err) {
		/* What a plan does not mention it does not have. */
		got = asprintf(&out, "%s\n%lld\n%d\n%d\n", name, (long long)json_integer_value(rpm),
			       json_is_true(json_object_get(root, "IncludesKAnon")),
			       json_is_true(json_object_get(root, "IncludesStealerLogs")));
		err = got < 0 ? RP_ENOMEM : 0;
		*n = (size_t)got;
		*bytes = err ? NULL : (uint8_t *)out;
	}
	json_decref(root);
	return err;
}
