/* The socket that rempartd serves. */
#ifndef ENGINE_LISTEN_H
#define ENGINE_LISTEN_H

/* Listens at path, mode 0666: who may ask what is decided by uid, not by the file. A socket that a killed
 * rempartd left is replaced; one that somebody serves is not (RP_EBUSY), nor anything else (RP_EEXIST).
 * Returns the descriptor, one of these, RP_EINVAL (path too long), RP_EPERM or RP_EIO. */
int en_listen(const char *path);

#endif
