#!/bin/sh
# rempart reset-check: what rempartd says of a reset, as words, as JSON and as an exit status.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >> "$conf" <<CONF
[mailbox]
help_text = Call 01 23 45 67 89.
CONF
rempart init > "$dir/out"
expect 2 "nobody" rempart reset-check
expect 2 "an empty name" rempart reset-check ""
expect 2 "too much" rempart reset-check a b@example.org c
expect 2 "an option that is none" rempart reset-check claire --nonsense
expect 2 "a long address" rempart reset-check claire "$(printf 'a@%0255d' 0)"
expect 2 "a code on the command line" rempart reset-check claire 123456
says err 'standard input' "a code on the command line"

expect 3 "without rempartd" rempart reset-check claire
says out '^The password cannot be reset right now\. Please try again in a few minutes\.$' "without rempartd"
says err 'rempartd does not answer' "without rempartd"
expect 3 "without rempartd, JSON" rempart reset-check claire --json
[ -s "$dir/out" ] && fail "without rempartd, JSON: something was written" || ok
lang=fr_FR.UTF-8 expect 3 "in French" rempart reset-check claire
says out 'ne peut pas être réinitialisé pour' "in French"
