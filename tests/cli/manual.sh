#!/bin/sh
# rempart(1) and the program, held against each other: commands and options, both ways.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
man=$(dirname "$0")/../../man/rempart.1
source=$(dirname "$0")/../../cli

rempart --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort > "$dir/commands"
sed -n 's/^\(\.It \)\{0,1\}\.\{0,1\}Ic \([a-z]*\).*/\2/p' "$man" | grep . | sort -u > "$dir/described"
[ -s "$dir/commands" ] && ok || fail "the program names its commands"
for c in $(cat "$dir/commands"); do
    grep -qx "$c" "$dir/described" && ok || fail "$c is not in rempart(1)"
done
for c in $(sed -n 's/^\.It Ic \([a-z]*\).*/\1/p; /^\.It Xo/ { n; s/^\.Ic //p; }' "$man"); do
    grep -qx "$c" "$dir/commands" && ok || fail "rempart(1) describes $c, which is no command"
done

grep -Eho '"(--)?[a-z-]+", *(no|required)_argument' "$source"/*.c | sed 's/"\([a-z-]*\)".*/\1/' > "$dir/o"
grep -Eho '"--[a-z-]+"' "$source"/*.c | sed 's/"--\([a-z-]*\)"/\1/' >> "$dir/o"
sort -u "$dir/o" > "$dir/options"
grep -Eo 'Fl Fl [a-z-]+' "$man" | sed 's/Fl Fl //' | sort -u > "$dir/described"
[ -s "$dir/options" ] && ok || fail "the program has options"
diff "$dir/options" "$dir/described" > "$dir/out" && ok || fail "options of the program (<) and of rempart(1) (>)"
