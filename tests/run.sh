#!/bin/sh
# Runs each test program given and says at the end how many passed. Fails if one failed, or none ran.
failed=0 passed=0 names=
for t in "$@"; do
    if "$t"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1)) names="$names $t"
    fi
done
[ -z "$names" ] || echo "failed:$names"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
