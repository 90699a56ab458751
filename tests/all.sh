#!/bin/sh
# Runs each suite, a target of make, whether or not the one before passed. Adds up their "N passed, N failed";
# a suite that fails without such a line, or says none, is one failure.
# Usage: all.sh MAKE SUITE…
set -u
make=$1
shift
log=$(mktemp) || exit 1
trap 'rm -f "$log" "$log.status"' EXIT
passed=0 failed=0 names=
for suite in "$@"; do
    echo "== make $suite"
    { $make --no-print-directory -k "$suite" 2>&1; echo $? > "$log.status"; } | tee "$log"
    sums=$(awk '/(^|: )[0-9]+ passed, [0-9]+ failed$/ { n++; p += $(NF - 3); f += $(NF - 1) }
        END { print n + 0, p + 0, f + 0 }' "$log")
    bad=${sums##* }
    passed=$((passed + $(echo "$sums" | cut -d' ' -f2)))
    if [ "$(cat "$log.status")" -ne 0 ] && [ "$bad" -eq 0 ] || [ "${sums%% *}" -eq 0 ]; then
        bad=$((bad + 1))
    fi
    [ "$bad" -eq 0 ] || names="$names $suite"
    failed=$((failed + bad))
done
[ -z "$names" ] || echo "failed in:$names"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
