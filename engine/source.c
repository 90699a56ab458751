#include "engine/source.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

static void plain(const char *text, char *out)
{
	size_t n = 0;

	for (; *text && n < EN_SOURCE_MAX; text++) {
		unsigned char c = (unsigned char)*text;

		out[n++] = (char)(c > ' ' && c < 0x7f ? tolower(c) : '?');
	}
	out[n] = '\0';
}

void en_source_normal(const char *text, char out[EN_SOURCE_MAX + 1])
{
	char bare[EN_SOURCE_MAX + 1];
	struct in6_addr six;
	struct in_addr four;
	char *zone;

	plain(text, out);
	if (inet_pton(AF_INET, out, &four) == 1)
		return; /* inet_pton takes one spelling only */
	strcpy(bare, out);
	if ((zone = strchr(bare, '%'))) /* fe80::1%eth0 */
		*zone = '\0';
	if (inet_pton(AF_INET6, bare, &six) != 1) {
		if (!strcmp(out, "local")) /* that is not the caller's to say */
			strcpy(out, "?local");
		return;
	}
	if (IN6_IS_ADDR_V4MAPPED(&six)) {
		inet_ntop(AF_INET, six.s6_addr + 12, out, EN_SOURCE_MAX + 1);
		return;
	}
	memset(six.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &six, out, EN_SOURCE_MAX + 1);
	strcat(out, "/64");
}
