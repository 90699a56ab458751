/* What the commands of `rempart corpus` share. */
#ifndef CLI_CORPUS_H
#define CLI_CORPUS_H

#include "cli/cli.h"
#include "corpus/corpus.h"

#define CLI_CORPUS_BUILD                                                                                     \
	"corpus build --from FILE|DIR|- [--words] [--profile full|small|top] [--min-count N] [--strict] OUT"

/* "full", "small" or "top". */
const char *cli_corpus_profile(enum co_profile profile);

int cli_corpus_build(struct cli *c, int argc, char **argv);

#endif
