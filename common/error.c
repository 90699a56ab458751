#include "common/error.h"

const char *rp_strerror(int err)
{
	switch (err) {
	case 0:
		return "success";
	case RP_EINVAL:
		return "out of bounds or malformed";
	case RP_ENOMEM:
		return "out of memory";
	case RP_ENOENT:
		return "not there";
	case RP_EIO:
		return "read or write failed";
	case RP_ECORRUPT:
		return "damaged";
	case RP_EBUSY:
		return "held by another process for too long";
	case RP_EFULL:
		return "no room left";
	case RP_EPERM:
		return "wrong owner, mode or peer";
	case RP_EKEY:
		return "the key is missing or is not the one this was sealed with";
	case RP_ETIME:
		return "too slow";
	case RP_EVERSION:
		return "made by another version";
	case RP_EEXIST:
		return "there already";
	default:
		return "unknown error";
	}
}
