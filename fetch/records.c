#include "fetch/records.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/config.h"
#include "common/error.h"
#include "fetch/json.h"

#define DAY_LEN 10 /* YYYY-MM-DD */

/* Two digits behind before, up to max, of which *s is taken past. */
static bool two_digits(const char **s, char before, int64_t max, int64_t *out)
{
	const char *at = *s;

	if (at[0] != before || !isdigit((unsigned char)at[1]) || !isdigit((unsigned char)at[2]))
		return false;
	*out = (at[1] - '0') * 10 + at[2] - '0';
	*s += *out <= max ? 3 : 0;
	return *out <= max;
}

/* A date, or one with a time behind it: "T00:00Z", "T00:00:00Z" or "T00:00:00.123Z". */
static int read_date(const char *s, int64_t *out)
{
	char day[DAY_LEN + 1];
	int64_t h, m, sec = 0;

	snprintf(day, sizeof day, "%s", s);
	if (rp_date_parse(day, out))
		return RP_EINVAL;
	s += DAY_LEN;
	if (!*s)
		return 0;
	if (!two_digits(&s, 'T', 23, &h) || !two_digits(&s, ':', 59, &m))
		return RP_EINVAL;
	if (two_digits(&s, ':', 60, &sec) && *s == '.')
		s += 1 + strspn(s + 1, "0123456789");
	*out += h * 3600 + m * 60 + sec;
	return strcmp(s, "Z") ? RP_EINVAL : 0;
}

static int read_when(const json_t *j, const char *key, int64_t *out)
{
	const char *s = fe_json_text(j, key, 40);

	return s ? read_date(s, out) : RP_EINVAL;
}

static int read_classes(const json_t *j, uint16_t *out)
{
	static const struct {
		const char *key;
		uint16_t bit;
	} flags[] = {
		{"IsVerified", RP_BREACH_VERIFIED},  {"IsFabricated", RP_BREACH_FABRICATED},
		{"IsSpamList", RP_BREACH_SPAM_LIST}, {"IsStealerLog", RP_BREACH_STEALER_LOG},
		{"IsMalware", RP_BREACH_MALWARE},    {"IsRetired", RP_BREACH_RETIRED},
	};
	const json_t *classes = json_object_get(j, "DataClasses"), *class;
	size_t i;

	*out = 0;
	for (i = 0; i < sizeof flags / sizeof *flags; i++) {
		bool is;

		if (fe_json_bool(j, flags[i].key, &is))
			return RP_EINVAL;
		*out |= is ? flags[i].bit : 0;
	}
	json_array_foreach(classes, i, class)
	{
		if (!json_is_string(class))
			return RP_EINVAL;
		if (!strcmp(json_string_value(class), "Passwords"))
			*out |= RP_BREACH_PASSWORDS;
	}
	return json_is_array(classes) ? 0 : RP_EINVAL;
}

static int read_breach(const json_t *j, struct rp_breach *b)
{
	const char *name = fe_json_text(j, "Name", RP_BREACH_NAME_MAX);

	memset(b, 0, sizeof *b);
	if (!name || read_classes(j, &b->classes) || read_when(j, "AddedDate", &b->added) ||
	    read_when(j, "BreachDate", &b->date))
		return RP_EINVAL;
	memcpy(b->name, name, strlen(name));
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct rp_breach *)a)->name, ((const struct rp_breach *)b)->name);
}

/* Two records of one name would leave it to chance which one is believed. */
static int sort(struct rp_breach *all, size_t n)
{
	qsort(all, n, sizeof *all, by_name);
	for (size_t i = 1; i < n; i++)
		if (!by_name(&all[i - 1], &all[i]))
			return RP_EINVAL;
	return 0;
}

int fe_records_parse(const char *text, size_t len, uint8_t **bytes, size_t *n)
{
	struct rp_breach *all = NULL;
	json_t *root, *j;
	size_t i;
	int err = fe_json_read(text, len, &root);

	if (!err && !json_array_size(root))
		err = RP_EINVAL; /* none at all: that is not the API */
	if (!err && !(all = calloc(json_array_size(root), sizeof *all)))
		err = RP_ENOMEM;
	if (!err) {
		json_array_foreach(root, i, j) err = err ? err : read_breach(j, &all[i]);
		*n = json_array_size(root) * sizeof *all;
	}
	if (!err)
		err = sort(all, *n / sizeof *all);
	json_decref(root);
	*bytes = (uint8_t *)all;
	if (err) {
		free(all);
		*bytes = NULL;
	}
	return err;
}

const struct rp_breach *fe_records_find(const uint8_t *bytes, size_t n, const char *name)
{
	struct rp_breach key = {0};

	memcpy(key.name, name, strnlen(name, RP_BREACH_NAME_MAX));
	return n ? bsearch(&key, bytes, n / sizeof key, sizeof key, by_name) : NULL;
}

int fe_records_exact(const char *text, size_t len, uint8_t **bytes, size_t *n)
{
	struct rp_mail_writer w = {.size = RP_MAIL_FIELD_MAX};
	json_t *root, *j;
	size_t i;
	int err = fe_json_read(text, len, &root);

	*bytes = w.buf = malloc(w.size);
	if (!err && !w.buf)
		err = RP_ENOMEM;
	if (!err && !json_is_array(root))
		err = RP_EINVAL;
	if (!err)
		json_array_foreach(root, i, j)
		{
			struct rp_breach b;

			err = err ? err : read_breach(j, &b);
			if (!err)
				rp_mail_put_breach(&w, &b);
		}
	if (!err && w.full)
		err = RP_EFULL;
	json_decref(root);
	*n = w.at;
	if (err) {
		free(*bytes);
		*bytes = NULL;
	}
	return err;
}
