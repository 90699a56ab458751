#include "engine/quota.h"

#include <stddef.h>

bool en_quota_take(struct en_quota *q, uid_t uid, int64_t now)
{
	int64_t second = now / 1000 + 1; /* 0 is a place that was never used */
	size_t at = 0;

	for (size_t i = 0; i < EN_QUOTA_UIDS; i++) {
		if (q->of[i].uid == uid && q->of[i].second == second)
			return q->of[i].taken++ < EN_QUOTA_RATE;
		if (q->of[i].second < q->of[at].second)
			at = i;
	}
	if (q->of[at].second == second)
		return false;
	q->of[at].uid = uid;
	q->of[at].second = second;
	q->of[at].taken = 1;
	return true;
}
