#!/bin/sh
# The demonstration, of which each step fails when it comes out otherwise.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

expect 0 "the demonstration" env TMPDIR="$dir" sh "$(dirname "$0")/../../demo/run.sh" "$build"
says out '^All [0-9]+ steps came out as they should\.$' "the demonstration"
[ -z "$(find "$dir" -name 'rempart-demo.*')" ] && ok || fail "the demonstration left something behind"
