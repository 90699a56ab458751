#!/bin/sh
# Runs each program, and the programs that it starts, under valgrind's memcheck, as many at a time as there are
# processors. A leak is an error. Usage: valgrind.sh PROGRAM…
if [ "$1" = --one ]; then
    # What a daemon found is in its own log: it ends with 99, and its test asks that it end with 0.
    if valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible \
        --keep-debuginfo=yes --trace-children=yes --log-file="$2.memcheck.%p" "$2" > "$2.said" 2>&1; then
        echo "ok   ${2##*/}"
    else
        echo "FAIL ${2##*/}"
        cat "$2".memcheck.* "$2.said"
    fi
    rm -f "$2".memcheck.* "$2.said"
    exit 0
fi
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
printf '%s\n' "$@" | xargs -P"$(nproc)" -n1 sh "$0" --one | tee "$log"
passed=$(grep -c '^ok ' "$log") failed=$(($# - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
