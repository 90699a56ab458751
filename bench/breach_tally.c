#include "bench/breach_tally.h"

#include <stdlib.h>
#include <string.h>

static void count(struct bn_phase *p, const char *cause)
{
	unsigned i = 0;

	p->unknown++;
	while (i < BN_CAUSES_MAX - 1 && p->causes[i].n && strcmp(p->causes[i].name, cause) != 0)
		i++;
	snprintf(p->causes[i].name, sizeof p->causes[i].name, "%s", cause);
	p->causes[i].n++;
}

int bn_tally(struct bn_storm *s, const uint8_t *phase_of)
{
	char line[1024], cause[32];
	FILE *f = fopen(s->log, "r");
	unsigned user;

	if (!f)
		return -1;
	while (fgets(line, sizeof line, f)) {
		const char *name = strstr(line, "account user=user"), *why = strstr(line, " cause=");

		if (name && why && strstr(line, " reason=unchecked-password") &&
		    sscanf(name, "account user=user%7u", &user) == 1 && user < s->subject->users &&
		    sscanf(why, " cause=%31s", cause) == 1)
			count(&s->phases[phase_of[user]], cause);
	}
	fclose(f);
	return 0;
}
