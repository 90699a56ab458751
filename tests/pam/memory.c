#include "tests/pam/memory.h"

#include <stdio.h>
#include <string.h>
#include "tests/unit/cmocka_all.h"

/* Sanitizers map terabytes for themselves. */
#define REGION_MAX (64UL << 20)

__attribute__((no_sanitize("address"))) static unsigned
count_in(const volatile uint8_t *at, const volatile uint8_t *end, const uint8_t *inverted, size_t n)
{
	unsigned found = 0;

	for (; at + n <= end; at++) {
		size_t i = 0;

		while (i < n && (at[i] ^ inverted[i]) == 0xff)
			i++;
		found += i == n;
	}
	return found;
}

unsigned memory_count(const uint8_t *inverted, size_t n)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	char line[512], mode[5];
	unsigned found = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof line, maps)) {
		assert_int_equal(sscanf(line, "%lx-%lx %4s", &from, &to, mode), 3);
		if (!strcmp(mode, "rw-p") && to - from <= REGION_MAX)
			found += count_in((const volatile uint8_t *)from, (const volatile uint8_t *)to,
					  inverted, n);
	}
	fclose(maps);
	return found;
}
