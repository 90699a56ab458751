#include "corpus/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include "common/error.h"

int co_errno(int e)
{
	switch (e) {
	case ENOENT:
	case ENOTDIR:
		return RP_ENOENT;
	case EACCES:
	case EPERM:
	case EROFS:
	case ELOOP:
		return RP_EPERM;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return RP_EFULL;
	case ENOMEM:
		return RP_ENOMEM;
	default:
		return RP_EIO;
	}
}

int co_fail(int err, char *why, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, size, format, args);
	va_end(args);
	return err;
}
