/* Making and changing the key file. Every change is written beside, synced and renamed: a reader sees the
 * old file or the new one. Returns 0, RP_EEXIST, RP_EFULL (too many generations), RP_EIO, or what
 * en_seal_open returns; why: one line. */
#ifndef ENGINE_KEYFILE_H
#define ENGINE_KEYFILE_H

/* A new file with a tag key and generation 1. RP_EEXIST when there is one. */
int en_keyfile_create(const char *path, char *why, unsigned why_size);
/* Adds a generation, which seals from then on. */
int en_keyfile_add(const char *path, char *why, unsigned why_size);
/* Keeps only the newest generation. */
int en_keyfile_drop_old(const char *path, char *why, unsigned why_size);

#endif
