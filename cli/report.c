#include "cli/report.h"

#include <stdarg.h>
#include <stdio.h>

void cli_report(struct cli_report *r, enum cli_grade grade, const char *mend, const char *fmt, ...)
{
	static const char *const names[] = {[CLI_OK] = "ok  ", [CLI_WARN] = "warn", [CLI_FAIL] = "FAIL"};
	va_list ap;

	r->failed += grade == CLI_FAIL;
	r->warned += grade == CLI_WARN;
	printf("%s ", names[grade]);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (mend)
		printf("     %s\n", mend);
}
