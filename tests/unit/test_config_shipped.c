/* config/rempart.conf and rempart.conf(5) name every key with its default, and nothing else. Run from the
 * source tree. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/config.h"
#include "tests/unit/cmocka_all.h"

#define KEYS_MAX 96

struct entry {
	char section[32], name[32], fallback[128];
};

struct entries {
	struct entry e[KEYS_MAX];
	unsigned n;
};

static struct entry *add(struct entries *all, const char *section, const char *name)
{
	struct entry *e = &all->e[all->n++];

	assert_true(all->n <= KEYS_MAX);
	memset(e, 0, sizeof *e);
	snprintf(e->section, sizeof e->section, "%s", section);
	snprintf(e->name, sizeof e->name, "%s", name);
	return e;
}

static FILE *open_text(const char *path)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	return f;
}

/* "#name = default" under "[section]". */
static void read_conf(struct entries *all)
{
	char line[512], section[32] = "", name[32];
	FILE *f = open_text("config/rempart.conf");

	while (fgets(line, sizeof line, f)) {
		int at = 0;

		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "[%31[a-z]]", section) == 1)
			continue;
		if (sscanf(line, "#%31[a-z_] =%n", name, &at) == 1 && at) {
			struct entry *e = add(all, section, name);

			snprintf(e->fallback, sizeof e->fallback, "%s", line + at + (line[at] == ' '));
		} else {
			assert_true(!line[0] || !strncmp(line, "# ", 2));
		}
	}
	fclose(f);
}

/* ".Ss Section x", then items ".It Cm name Ns = Ns …", each with "Default:" and ".Dq value". */
static void read_page(struct entries *all)
{
	char line[512], section[32] = "", name[32];
	FILE *f = open_text("man/rempart.conf.5");
	bool default_next = false, inside = false;

	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, ".Sh ", 4))
			inside = false;
		if (sscanf(line, ".Ss Section %31s", section) == 1)
			inside = true;
		else if (inside && sscanf(line, ".It Cm %31[a-z_] Ns = Ns", name) == 1)
			add(all, section, name);
		else if (default_next && !strncmp(line, ".Dq ", 4))
			strcpy(all->e[all->n - 1].fallback, strcmp(line + 4, "\\&") ? line + 4 : "");
		default_next = inside && !strcmp(line, "Default:");
		assert_false(default_next && !all->n);
	}
	fclose(f);
}

static void hold_against_the_table(const struct entries *all)
{
	const char *section, *name, *fallback;
	unsigned i;

	for (i = 0; rp_config_key(i, &section, &name, &fallback); i++) {
		assert_true(i < all->n);
		assert_string_equal(all->e[i].section, section);
		assert_string_equal(all->e[i].name, name);
		assert_string_equal(all->e[i].fallback, fallback);
	}
	assert_int_equal(i, all->n);
	assert_true(i > 0);
}

static void the_file_names_every_key(void **state)
{
	struct entries all = {.n = 0};

	(void)state;
	read_conf(&all);
	hold_against_the_table(&all);
}

static void the_page_names_every_key(void **state)
{
	struct entries all = {.n = 0};

	(void)state;
	read_page(&all);
	hold_against_the_table(&all);
}

/* A copy, because the source tree may be anybody's. uncommented: with each default said aloud. */
static int read_copy(struct rp_config *c, bool uncommented, char why[256])
{
	char line[512], path[] = "/tmp/rempart-conf-XXXXXX", name[32];
	FILE *f = open_text("config/rempart.conf"), *copy = fdopen(mkstemp(path), "w");
	int err;

	assert_non_null(copy);
	while (fgets(line, sizeof line, f)) {
		int at = 0;
		bool key = sscanf(line, "#%31[a-z_] =%n", name, &at) == 1 && at;

		fputs(line + (key && uncommented), copy);
	}
	fclose(f);
	assert_int_equal(fclose(copy), 0);
	err = rp_config_read(c, path, why, 256);
	unlink(path);
	return err;
}

static void both_read_as_the_defaults(void **state)
{
	struct rp_config defaults, c;
	char why[256] = "";

	(void)state;
	rp_config_defaults(&defaults);
	for (int uncommented = 0; uncommented < 2; uncommented++) {
		memset(&c, 0xff, sizeof c);
		assert_int_equal(read_copy(&c, uncommented, why), 0);
		assert_string_equal(why, "");
		assert_memory_equal(&c, &defaults, sizeof c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_names_every_key),
		cmocka_unit_test(the_page_names_every_key),
		cmocka_unit_test(both_read_as_the_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
