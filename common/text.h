/*
 * What a person reads, in English and French. The English sentence is the key, as in gettext; po/fr.po is
 * the translation, and xgettext and msgfmt are the tools. The lookup is ours: gettext's own needs a locale
 * that is installed, files, and an environment, and a PAM module can count on none of the three.
 */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

enum rp_lang { RP_EN, RP_FR };

/* Marks a sentence for xgettext where it is looked up later. */
#define N_(s) s

/* From "fr", "fr_FR.UTF-8" and the like; anything else, NULL too, is English. */
enum rp_lang rp_lang_from(const char *name);

/* The translation of s, or s. Static storage. */
const char *rp_text(enum rp_lang lang, const char *s) __attribute__((format_arg(2)));

/* The catalogue made from po/fr.po, sorted by strcmp of en. */
struct rp_translation {
	const char *en, *fr;
};
extern const struct rp_translation rp_catalog_fr[];
extern const unsigned rp_catalog_fr_len;

#endif
