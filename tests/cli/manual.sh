#!/bin/sh
# rempart(1) and the program, held against each other: commands and options, both ways.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
man=$(dirname "$0")/../../man/rempart.1
source=$(dirname "$0")/../../cli

rempart --help | sed -n 's/^  \([a-z-]*\) .*/\1/p' | sort > "$dir/commands"
sed -n 's/^\(\.It \)\{0,1\}\.\{0,1\}Ic \([a-z-]*\).*/\2/p' "$man" | grep . | sort -u > "$dir/described"
[ -s "$dir/commands" ] && ok || fail "the program names its commands"
for c in $(cat "$dir/commands"); do
    grep -qx "$c" "$dir/described" && ok || fail "$c is not in rempart(1)"
done
for c in $(sed -n 's/^\.It Ic \([a-z-]*\).*/\1/p; /^\.It Xo/ { n; s/^\.Ic //p; }' "$man"); do
    grep -qx "$c" "$dir/commands" && ok || fail "rempart(1) describes $c, which is no command"
done

grep -Eho '"(--)?[a-z-]+", *(no|required)_argument' "$source"/*.c | sed 's/"\([a-z-]*\)".*/\1/' > "$dir/o"
grep -Eho '"--[a-z-]+"' "$source"/*.c | sed 's/"--\([a-z-]*\)"/\1/' >> "$dir/o"
sort -u "$dir/o" > "$dir/options"
grep -Eo 'Fl Fl [a-z-]+' "$man" | sed 's/Fl Fl //' | sort -u > "$dir/described"
[ -s "$dir/options" ] && ok || fail "the program has options"
diff "$dir/options" "$dir/described" > "$dir/out" && ok || fail "options of the program (<) and of rempart(1) (>)"

# The options of each command: its usage line, and its heading in the page.
rempart init > "$dir/out"
for c in $(cat "$dir/commands"); do
    [ "$c" = key ] && c='key rotate'
    # shellcheck disable=SC2086
    rempart $c --nonsense 2>&1 | sed -n "s/^usage: rempart \[--config FILE\] //p" | grep -Eo -- '--[a-z-]+' |
        sed 's/--//' | sort -u > "$dir/options"
    awk -v c="${c%% *}" '
        /^\.It Xo/ { heading = 1; mine = 0; next }
        /^\.(It )?Ic / && (heading || /^\.It/) { mine = ($(/^\.It/ ? 3 : 2) == c) }
        heading && mine { print }
        /^\.It Ic/ && mine && !heading { print }
        /^\.Xc/ { heading = 0 }
        /^\.Sh FILES/ { exit }' "$man" | grep -Eo 'Fl Fl [a-z-]+' | sed 's/Fl Fl //' | sort -u > "$dir/described"
    diff "$dir/options" "$dir/described" > "$dir/out" && ok ||
        fail "options of $c in its usage (<) and in rempart(1) (>)"
done

# The fields of JSON.
rempart enroll claire --no-confirm --email claire@example.org > "$dir/out" 2> "$dir/null"
rempart flag claire@example.org > "$dir/out"
email_start
breach_account claire@example.org Adobe
mailbox 'lookup = yes'
fetch_configure
start_daemon || exit 1
{
    rempart status --json
    rempart status claire --json
    rempart status --flagged --json
    rempart reset-check claire --json
    rempart check-email claire@example.org --json
    rempart events --json
    rempart export
    echo azerty123 | rempart check-password --json 2> "$dir/null"
    rempart corpus info "$build/common.corpus" --json
} | grep -Eo '"[a-z_]+":' | tr -d '":' | sort -u > "$dir/fields"
sed -n '/^\.Sh JSON/,/^\.Sh EXAMPLES/s/.*Va \([a-z_]*\).*/\1/p' "$man" | sort -u > "$dir/described"
[ "$(wc -l < "$dir/fields")" -gt 20 ] && ok || fail "there are fields"
diff "$dir/fields" "$dir/described" > "$dir/out" && ok || fail "JSON fields of the program (<) and of rempart(1) (>)"

# Every command has its line among the exit statuses.
sed -n '/^\.Sh EXIT/,/^\.Sh JSON/p' "$man" | sed -n 's/^\(\.It \)\{0,1\}\.\{0,1\}Ic \([a-z-]*\).*/\2/p' | sort > "$dir/described"
diff "$dir/commands" "$dir/described" > "$dir/out" && ok || fail "commands (<) and their exit statuses in rempart(1) (>)"
