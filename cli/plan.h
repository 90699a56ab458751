/* What the key of the e-mail API may do, as rempart-fetch finds out. */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include "cli/cli.h"
#include "engine/finding.h"
#include "engine/link.h"

struct cli_plan {
	char name[64];
	unsigned long rpm; /* questions a minute; 0: not said */
	bool ranges;	   /* six digits will do */
	bool stealer_logs;
};

/* Asks rempart-fetch. 0, or -1 and the cause in a word. */
int cli_plan_ask(const struct cli *c, struct en_link *link, struct cli_plan *p, char cause[EN_CAUSE_MAX + 1]);
/* Reads rempart-fetch's answer, which is len long. False: it is none. */
bool cli_plan_read(const uint8_t *text, size_t len, struct cli_plan *p);

#endif
