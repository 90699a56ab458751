#include "cli/plan.h"

#include <stdio.h>
#include <string.h>
#include "cli/mailask.h"
#include "common/utf8.h"

#define LINES 4
#define LINE_MAX_LEN 63

static bool is_flag(const char *s)
{
	return (s[0] == '0' || s[0] == '1') && !s[1];
}

bool cli_plan_read(const uint8_t *text, size_t len, struct cli_plan *p)
{
	char lines[LINES][LINE_MAX_LEN + 1];
	size_t at = 0;

	*p = (struct cli_plan){0};
	for (int i = 0; i < LINES; i++) {
		const uint8_t *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - text) - at : LINE_MAX_LEN + 1;

		if (n > LINE_MAX_LEN)
			return false;
		memcpy(lines[i], text + at, n);
		lines[i][n] = '\0';
		at += n + 1;
	}
	if (at != len || !rp_is_text(lines[0]) || lines[1][strspn(lines[1], "0123456789")] ||
	    !is_flag(lines[2]) || !is_flag(lines[3]))
		return false;
	strcpy(p->name, lines[0]);
	p->rpm = cli_number(lines[1], UINT32_MAX);
	p->ranges = lines[2][0] == '1';
	p->stealer_logs = lines[3][0] == '1';
	return true;
}

int cli_plan_ask(const struct cli *c, struct en_link *link, struct cli_plan *p, char cause[EN_CAUSE_MAX + 1])
{
	struct rp_mail_answer a;

	*p = (struct cli_plan){0};
	if (cli_mail_ask(c, link, RP_MAIL_PLAN, "", &a, cause))
		return -1;
	if (cli_plan_read(a.first, a.first_len, p))
		return 0;
	snprintf(cause, EN_CAUSE_MAX + 1, "bad-answer");
	return -1;
}
