/*
 * Where an attempt comes from, in one spelling: an IPv4 address; the /64 of an IPv6 address (what one
 * subscriber holds); IPv4 in IPv6 as IPv4; any other text in lower case; "local" for none, when the peer
 * can be believed that somebody sits at the machine, and for nothing else.
 */
#ifndef ENGINE_SOURCE_H
#define ENGINE_SOURCE_H

#include <stddef.h>

#define EN_SOURCE_MAX 63

/* Writes the normal form of text into out of EN_SOURCE_MAX + 1 bytes, control characters as '?', cut where
 * it is too long. An empty text gives "". */
void en_source_normal(const char *text, char out[EN_SOURCE_MAX + 1]);

#endif
