#!/bin/sh
# The demonstration, of which each step fails when it comes out otherwise.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

expect 0 "the demonstration" env TMPDIR="$dir" sh "$(dirname "$0")/../../demo/run.sh" "$build"
says out 'stands in November 2023' "the demonstration says what time it is there"
says out 'unknown:.* stand for a name without an account' "the demonstration says what unknown: is"
says out '^All [0-9]+ steps came out as they should\.$' "the demonstration"
[ -z "$(find "$dir" -name 'rempart-demo.*')" ] && ok || fail "the demonstration left something behind"
