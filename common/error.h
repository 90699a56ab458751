/* Errors of our own libraries: 0 is success, everything else is negative and is one of these. */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

enum rp_error {
	RP_EINVAL = -1,	   /* an argument or a field is out of bounds */
	RP_ENOMEM = -2,	   /* no memory */
	RP_ENOENT = -3,	   /* no such record, file or socket */
	RP_EIO = -4,	   /* a read or a write failed: errno or the log has the cause */
	RP_ECORRUPT = -5,  /* what was read is not what was written */
	RP_EBUSY = -6,	   /* somebody else holds it, and the time to wait is over */
	RP_EFULL = -7,	   /* no room: the disk, or a fixed limit */
	RP_EPERM = -8,	   /* owner, mode or peer is not acceptable */
	RP_EKEY = -9,	   /* no key, or not the key this was sealed with */
	RP_ETIME = -10,	   /* the budget is spent */
	RP_EVERSION = -11, /* made by a newer or unknown version */
	RP_EEXIST = -12,   /* it is there already */
};

/* A few words in English for a log line; never NULL. */
const char *rp_strerror(int err);

#endif
