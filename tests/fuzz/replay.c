/* Runs a fuzzer's target over its corpus, tests/fuzz/corpus/NAME, where NAME is how this program is called.
 * Run from the source tree. Fails when the corpus is empty; the target aborts where something does not hold.
 */
#include <dirent.h>
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX 65536

static void replay(const char *path)
{
	static uint8_t buf[INPUT_MAX];
	FILE *f = fopen(path, "r");
	size_t n;

	MUST(f);
	n = fread(buf, 1, sizeof buf, f);
	MUST(!ferror(f) && n < sizeof buf);
	fclose(f);
	LLVMFuzzerTestOneInput(buf, n);
}

int main(int argc, char **argv)
{
	const char *slash = argc ? strrchr(argv[0], '/') : NULL, *name = slash ? slash + 1 : argv[0];
	char folder[256], path[600];
	struct dirent **found;
	int n, runs = 0;

	snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", name);
	n = scandir(folder, &found, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (found[i]->d_name[0] != '.') {
			snprintf(path, sizeof path, "%s/%s", folder, found[i]->d_name);
			replay(path);
			runs++;
		}
		free(found[i]);
	}
	if (n >= 0)
		free(found);
	printf("fuzz/%s: %d inputs hold\n", name, runs);
	return !runs;
}
