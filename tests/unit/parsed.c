#include "tests/unit/parsed.h"

#include <stdlib.h>
#include <string.h>
#include "fetch/json.h"
#include "tests/unit/cmocka_all.h"

int parsed_setup(void **state)
{
	(void)state;
	fe_json_init();
	return 0;
}

int parsed(int (*parser)(const char *text, size_t len, uint8_t **out, size_t *n), const char *text,
	   uint8_t **out, size_t *n)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);
	int err;

	assert_non_null(copy);
	memcpy(copy, text, len);
	err = parser(copy, len, out, n);
	free(copy);
	assert_true(!err == (*out != NULL));
	return err;
}
