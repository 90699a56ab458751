#include "fetch/kind.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include "common/error.h"
#include "fetch/body.h"

static const struct fe_kind kinds[RP_RANGE_KIND_END] = {
	[RP_RANGE_PASSWORD_SHA1] = {"passwords_url", offsetof(struct rp_config, passwords_url), true,
				    "Add-Padding: true", fe_body_passwords},
};

const struct fe_kind *fe_kind(unsigned kind)
{
	return &kinds[kind];
}

static const char *base(const struct fe_kind *kind, const struct rp_config *config)
{
	return (const char *)config + kind->url;
}

void fe_kind_url(unsigned kind, const struct rp_config *config, const char *prefix, char out[FE_URL_MAX])
{
	const char *url = base(&kinds[kind], config);
	size_t len = strlen(url);

	memcpy(out, url, len);
	for (; *prefix; prefix++)
		out[len++] = (char)(kinds[kind].upper ? toupper((unsigned char)*prefix) : *prefix);
	out[len] = '\0';
}

static bool has(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool there = !curl_url_get(u, part, &text, 0);

	curl_free(text);
	return there;
}

static const char *objection(const char *url)
{
	CURLU *u = curl_url();
	const char *wrong = NULL;

	if (!u || strncasecmp(url, "https://", 8) != 0 || curl_url_set(u, CURLUPART_URL, url, 0))
		wrong = "an address that begins with https:// is needed";
	else if (has(u, CURLUPART_USER) || has(u, CURLUPART_PASSWORD))
		wrong = "it must have no user and no password in it";
	else if (strchr(url, '#'))
		wrong = "nothing can be put behind a #";
	curl_url_cleanup(u);
	return wrong;
}

int fe_kind_check(const struct rp_config *config, char *why, size_t size)
{
	for (unsigned i = 0; i < RP_RANGE_KIND_END; i++) {
		const char *wrong = kinds[i].key ? objection(base(&kinds[i], config)) : NULL;

		if (!wrong)
			continue;
		snprintf(why, size, "[fetch] %s: %s", kinds[i].key, wrong);
		return RP_EINVAL;
	}
	return 0;
}
