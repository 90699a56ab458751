#include "cli/oddities.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 20

/* A file's name may hold anything, and this may be a terminal. */
static void put_name(const char *name)
{
	for (; *name; name++)
		fputc((unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name, stderr);
}

/* Begins the line on n more of this kind, if there is one. */
static bool begin_line(struct cli_oddities *o, enum co_oddity what, uint64_t n, const char *file)
{
	if (o->said[what] == SHOWN) {
		o->unsaid[what] += n;
		return false;
	}
	o->said[what]++;
	cli_progress_clear(o->progress);
	fputs("rempart: ", stderr);
	put_name(file);
	return true;
}

static void say_missing(struct cli_oddities *o)
{
	uint64_t n = o->missing;

	o->missing = 0;
	if (!n || !begin_line(o, CO_ODD_MISSING, n, o->first))
		return;
	if (n == 1) {
		fprintf(stderr, ": %s\n", T(o->cli, co_oddity_name(CO_ODD_MISSING)));
		return;
	}
	fputs(" … ", stderr);
	put_name(strrchr(o->last, '/') + 1);
	fprintf(stderr, T(o->cli, N_(": these %llu ranges are missing\n")), (unsigned long long)n);
}

static void add_missing(struct cli_oddities *o, const char *file)
{
	unsigned long range = strtoul(strrchr(file, '/') + 1, NULL, 16);

	if (range != o->next)
		say_missing(o);
	snprintf(o->missing++ ? o->last : o->first, sizeof o->first, "%s", file);
	o->next = range + 1;
}

void cli_oddities_add(struct cli_oddities *o, const char *file, uint64_t line, enum co_oddity what,
		      bool left_out)
{
	o->all++;
	o->left_out += left_out;
	if (what == CO_ODD_MISSING) {
		add_missing(o, file);
		return;
	}
	say_missing(o);
	if (!begin_line(o, what, 1, file))
		return;
	if (line)
		fprintf(stderr, ":%llu", (unsigned long long)line);
	fprintf(stderr, ": %s%s\n", T(o->cli, co_oddity_name(what)),
		left_out && line && what != CO_ODD_GAP ? T(o->cli, N_(", left out")) : "");
}

void cli_oddities_end(struct cli_oddities *o)
{
	say_missing(o);
	for (unsigned what = 0; what <= CO_ODD_GAP; what++)
		if (o->unsaid[what])
			fprintf(stderr, T(o->cli, N_("rempart: %llu more: %s\n")),
				(unsigned long long)o->unsaid[what], T(o->cli, co_oddity_name(what)));
}
