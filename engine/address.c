#include "engine/address.h"

#include <ctype.h>
#include <idn2.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include "common/config.h"
#include "common/error.h"
#include "common/secret.h"
#include "common/utf8.h"

#define LOCAL_MAX 64
#define LABEL_MAX 63
#define TEXT_MAX (4 * RP_ADDRESS_MAX) /* before IDNA has made one byte of each character */
#define BLANKS " \t\r\n"

/*
 * Spellings that arrive in one mailbox, as the providers themselves say. A provider that is missing costs a
 * flag that is not found under another spelling; one that does not belong here would take two people for one.
 * So domains are one only where nobody else can have the same name at the other one.
 */
static const struct provider {
	const char *domains;
	const char *one; /* the domain that stands for all of them; NULL: each has names of its own */
	char tag;	 /* what follows it in the local part changes nothing */
	bool dots;	 /* nor do dots */
} providers[] = {
	/* Dots never mattered; googlemail.com is the older name in Germany and Britain. */
	{"gmail.com googlemail.com", "gmail.com", '+', true},
	/* One service; but claire@hotmail.fr and claire@outlook.fr may be two people. */
	{"outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com", NULL, '+', false},
	/* Its many domains are handed out one by one. */
	{"fastmail.com fastmail.fm", NULL, '+', false},
	/* A name is its holder's at all of them. */
	{"proton.me protonmail.com protonmail.ch pm.me", "proton.me", '+', false},
	/* Who has a name at me.com or mac.com has it at icloud.com too. */
	{"icloud.com me.com mac.com", "icloud.com", '+', false},
	/* Disposable addresses are BASE-WORD, and no name has a hyphen of its own. */
	{"yahoo.com yahoo.fr", NULL, '-', false},
};

/* What needs no quotes (RFC 5321, 4.1.2, and RFC 6531). Dots may be anywhere: there are mailboxes with two in
 * a row. */
static bool is_plain(const char *s, size_t n)
{
	return n > 1 || isalnum((unsigned char)*s) || strchr("!#$%&'*+-/=?^_`{|}~.", *s);
}

/* Blanks and what nobody sees, from one to the other: directories and servers leave them out, and so take for
 * one mailbox what would be two here. UTF-8 sorts as the characters do. */
static bool is_unseen(const char *s, size_t n)
{
	static const char *const ranges[][2] = {
		{"\u00a0", "\u00a0"},	      {"\u00ad", "\u00ad"}, {"\u034f", "\u034f"},
		{"\u061c", "\u061c"},	      {"\u115f", "\u1160"}, {"\u1680", "\u1680"},
		{"\u17b4", "\u17b5"},	      {"\u180b", "\u180f"}, {"\u2000", "\u200f"},
		{"\u2028", "\u202f"},	      {"\u205f", "\u206f"}, {"\u3000", "\u3000"},
		{"\u3164", "\u3164"},	      {"\ufe00", "\ufe0f"}, {"\ufeff", "\ufeff"},
		{"\uffa0", "\uffa0"},	      {"\ufff9", "\ufffb"}, {"\U0001d173", "\U0001d17a"},
		{"\U000e0000", "\U000e0fff"},
	};

	for (size_t i = 0; n > 1 && i < sizeof ranges / sizeof *ranges; i++)
		if (strlen(ranges[i][0]) == n && memcmp(s, ranges[i][0], n) >= 0 &&
		    memcmp(s, ranges[i][1], n) <= 0)
			return true;
	return false;
}

/* What the local part says, without quotes and backslashes. Returns what is behind its @; NULL: it is none.
 */
static const char *take_local(const char *at, char says[LOCAL_MAX + 1])
{
	bool quoted = *at == '"';
	size_t len = 0, n;

	for (at += quoted; *at != (quoted ? '"' : '@'); at += n) {
		at += quoted && *at == '\\';
		n = rp_utf8(at);
		if (!n || (!quoted && !is_plain(at, n)) || is_unseen(at, n) || len + n > LOCAL_MAX)
			return NULL;
		memcpy(says + len, at, n);
		says[len] = (char)(n > 1 ? says[len] : tolower((unsigned char)says[len]));
		len += n;
	}
	says[len] = '\0';
	at += quoted;
	return len && *at == '@' ? at + 1 : NULL;
}

/* In quotes only where it needs them. Returns its length, or RP_EINVAL. */
static int put_local(const char *says, char out[LOCAL_MAX + 1])
{
	char text[2 * LOCAL_MAX + 3];
	bool quoted = false;
	size_t len = 0;

	for (const char *s = says; *s; s += rp_utf8(s))
		quoted |= !is_plain(s, rp_utf8(s));
	if (quoted)
		text[len++] = '"';
	for (const char *s = says; *s; text[len++] = *s++)
		if (*s == '"' || *s == '\\')
			text[len++] = '\\';
	if (quoted)
		text[len++] = '"';
	if (len <= LOCAL_MAX)
		memcpy(out, text, len);
	out[len <= LOCAL_MAX ? len : 0] = '\0';
	rp_wipe(text, sizeof text);
	return len <= LOCAL_MAX ? (int)len : RP_EINVAL;
}

/* Two labels or more. */
static bool is_domain(const char *s)
{
	for (unsigned labels = 1;; labels++) {
		size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");

		if (!n || n > LABEL_MAX)
			return false;
		s += n;
		if (!*s)
			return labels > 1;
		if (*s++ != '.')
			return false;
	}
}

/* Letters, digits and single hyphens between them are their own A-labels, and IDNA takes longer than all the
 * rest together. */
static bool is_simple(const char *s)
{
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '.' &&
		    (*p != '-' || p == s || !isalnum((unsigned char)p[-1]) || !isalnum((unsigned char)p[1])))
			return false;
	return true;
}

/* The domain's A-labels in lower case, to be wiped and freed. */
static int to_ascii(const char *text, char **out)
{
	int err;

	*out = NULL;
	if (is_simple(text)) {
		*out = strdup(text);
		for (char *s = *out; s && *s; s++)
			*s = (char)tolower((unsigned char)*s);
		return *out ? 0 : RP_ENOMEM;
	}
	err = idn2_to_ascii_8z(text, out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	return !err ? 0 : err == IDN2_MALLOC ? RP_ENOMEM : RP_EINVAL;
}

/* Puts the domain behind what is in out already. */
static int put_domain(const char *text, char out[RP_ADDRESS_MAX + 1])
{
	size_t at = strlen(out), len;
	char *domain;
	int err = to_ascii(text, &domain);

	if (err)
		return err;
	len = strlen(domain);
	if (len && domain[len - 1] == '.')
		domain[len - 1] = '\0';
	if (!is_domain(domain) ||
	    (size_t)snprintf(out + at, RP_ADDRESS_MAX + 1 - at, "@%s", domain) > RP_ADDRESS_MAX - at)
		err = RP_EINVAL;
	rp_free_text(domain);
	return err;
}

/* text without what is around it, into out. */
static int trim(const char *text, char out[TEXT_MAX + 1])
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strlen(text);
	while (len && strchr(BLANKS, text[len - 1]))
		len--;
	if (len > TEXT_MAX)
		return RP_EINVAL;
	if (len > 1 && text[0] == '<' && text[len - 1] == '>') {
		text++;
		len -= 2;
	}
	memcpy(out, text, len);
	out[len] = '\0';
	return 0;
}

static const struct provider *provider_of(const char *domain)
{
	for (size_t i = 0; i < sizeof providers / sizeof *providers; i++)
		if (rp_list_has(providers[i].domains, domain))
			return &providers[i];
	return NULL;
}

static void fold_into(const char *normal, char mailbox[RP_ADDRESS_MAX + 1])
{
	const char *at = strrchr(normal, '@');
	const struct provider *p = provider_of(at + 1);
	size_t len = 0;

	strcpy(mailbox, normal);
	if (!p || normal[0] == '"')
		return;
	for (const char *s = normal; s < at && *s != p->tag; s++)
		if (*s != '.' || !p->dots)
			mailbox[len++] = *s;
	if (len)
		snprintf(mailbox + len, RP_ADDRESS_MAX + 1 - len, "@%s", p->one ? p->one : at + 1);
	else
		strcpy(mailbox, normal);
}

int en_address_read(const char *text, bool fold, struct en_address *out)
{
	char trimmed[TEXT_MAX + 1] = "", says[LOCAL_MAX + 1] = "";
	const char *domain = NULL;
	int err;

	memset(out, 0, sizeof *out);
	err = trim(text, trimmed);
	if (!err)
		domain = take_local(trimmed, says);
	if (!domain || put_local(says, out->normal) < 0)
		err = RP_EINVAL;
	if (!err)
		err = put_domain(domain, out->normal);
	if (!err) {
		if (fold)
			fold_into(out->normal, out->mailbox);
		else
			strcpy(out->mailbox, out->normal);
		if (EVP_Digest(out->mailbox, strlen(out->mailbox), out->digest, NULL, EVP_sha1(), NULL) != 1)
			err = RP_ENOMEM;
	}
	if (err)
		rp_wipe(out, sizeof *out);
	rp_wipe(trimmed, sizeof trimmed);
	rp_wipe(says, sizeof says);
	return err;
}

void en_address_key(const struct en_seal *s, const uint8_t digest[RP_DIGEST_LEN], uint8_t key[ST_HASH_LEN])
{
	en_seal_tag(s, "mailbox", digest, RP_DIGEST_LEN, key);
}

/* One that was registered before addresses were brought into one form may have another spelling. */
static bool is_registered(const struct en_seal *s, const struct st_account *a, const struct en_address *want)
{
	char text[ST_EMAIL_SEALED_MAX];
	struct en_address have = {0};
	int n = en_seal_get_email(s, a, text, sizeof text);
	bool same;

	if (n > 0)
		n = en_address_read(text, false, &have);
	same = n >= 0 && rp_equal(have.normal, want->normal, sizeof have.normal);
	rp_wipe(text, sizeof text);
	rp_wipe(&have, sizeof have);
	return same;
}

int en_address_register(const struct en_seal *s, struct st_account *a, const char *address)
{
	struct en_address want = {0};
	int err = address[0] ? en_address_read(address, false, &want) : 0;

	if (!err && !is_registered(s, a, &want)) {
		err = en_seal_put_email(s, a, want.normal);
		if (!err)
			a->mail.proved = a->mail.flagged = a->mail.told = 0;
	}
	rp_wipe(&want, sizeof want);
	return err;
}
