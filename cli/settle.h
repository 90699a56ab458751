/* What `rempart mailbox sweep` writes down of one account: what a lookup found, and that its mailbox is
 * flagged now, or not any more. */
#ifndef CLI_SETTLE_H
#define CLI_SETTLE_H

#include "cli/registered.h"
#include "engine/lookup.h"

enum cli_settled { CLI_SAME, CLI_NEWLY_FLAGGED, CLI_CLEAN_AGAIN };

/* found: NULL where nothing was looked up. Judges anew inside the transaction, with the address that is
 * registered then. 0, or an exit status after it said why. */
int cli_settle(struct cli *c, const struct cli_registered *r, const struct en_lookup *found,
	       enum cli_settled *was);

#endif
