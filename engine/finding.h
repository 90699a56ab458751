/* What is known about the password whose digest a request carries. */
#ifndef ENGINE_FINDING_H
#define ENGINE_FINDING_H

#include <stdint.h>

enum en_known {
	EN_NOT_ASKED = 0, /* there is no digest, or nobody is configured who could be asked */
	EN_ASK_FETCH = 1, /* not known yet: rempart-fetch has to be asked, which takes its time */
	EN_KNOWN_LEAKED = 2,
	EN_KNOWN_CLEAN = 3,
	EN_UNKNOWN = 4, /* it could not be found out */
};

#define EN_CAUSE_MAX 31

struct en_finding {
	enum en_known known;
	uint64_t prevalence;	      /* with EN_KNOWN_LEAKED: how often it was seen, at least */
	char cause[EN_CAUSE_MAX + 1]; /* with EN_UNKNOWN: a word, stable, for events and answers */
};

#endif
