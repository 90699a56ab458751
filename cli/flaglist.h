/*
 * A list of addresses as it is sent to an administrator: one address or SHA-1 digest a line, or a table
 * (comma, semicolon or tab, quotes as in RFC 4180) of which one column has them. That column is the one that
 * its heading calls e-mail, courriel, login or the like; without a heading, the only one of the first line
 * that is an address. A byte order mark, CR LF, blank lines and lines that begin with # are taken as they
 * come.
 */
#ifndef CLI_FLAGLIST_H
#define CLI_FLAGLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/protocol.h"

struct cli_flaglist_calls {
	/* The SHA-1 of an address (folded where that is asked for), or one that was given as such. */
	void (*entry)(const uint8_t digest[RP_DIGEST_LEN], void *ctx);
	/* A line that is none of the above, and why, in words to translate. */
	void (*bad)(size_t line, const char *why, void *ctx);
	void *ctx;
};

void cli_flaglist_read(const char *text, size_t len, bool fold, const struct cli_flaglist_calls *calls);

/* How well the name of a column says that addresses are in it: 1 the best, 0 not at all. */
int cli_flaglist_rank(const char *name);

#endif
