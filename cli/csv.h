/*
 * A CSV file of users: user,BASE32SECRET[,email[,algorithm,digits,period]], a line each. A first line that
 * says "user,secret…", a byte order mark, CR LF, blank lines and quotes are taken as they come.
 */
#ifndef CLI_CSV_H
#define CLI_CSV_H

#include <stddef.h>
#include "engine/enrol.h"

struct csv_row {
	char user[RP_USER_MAX + 1];
	char email[RP_ADDRESS_MAX + 1]; /* in normal form; "": none */
	uint8_t secret[EN_SECRET_MAX];
	size_t secret_len;
	struct en_token_options options;
};

/* Parses the line that begins at line and is len long (without its end). NULL, or what is wrong with it, in
 * words to translate. Wipe row after use. */
const char *cli_csv_parse(const char *line, size_t len, struct csv_row *row);

/* The user alone, of a line that parses: for sorting. */
void cli_csv_user(const char *line, size_t len, char user[RP_USER_MAX + 1]);

/* A field on standard output, in quotes. */
void cli_csv_put(const char *s);

/* Whether the line is the header. */
bool cli_csv_is_header(const char *line, size_t len);

#endif
