#!/bin/sh
# The hook of LTB Self Service Password: which of its calls are resets, what it exits with, and what it says.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
hook=$(dirname "$0")/../../sso/ltb-self-service-password/prehook.sh

# On the path it stands for the installed one, with this test's configuration.
mkdir "$dir/bin"
cat > "$dir/bin/rempart" <<RUN
#!/bin/sh
echo "\$*" >> "$dir/asked"
exec "$build/rempart" --config "$conf" "\$@"
RUN
chmod 700 "$dir/bin/rempart"
prehook() { LC_ALL=C PATH=$dir/bin:$PATH sh "$hook" "$@"; }
one_line() { [ "$(wc -l < "$dir/out")" -eq 1 ] && ok || fail "$1: one line for the user"; }

echo 'help_text = Call 01 23 45 67 89.' | { echo '[mailbox]'; cat; } >> "$conf"
rempart init > "$dir/null"
rempart enroll claire --no-confirm --email claire@example.org > "$dir/null" 2>&1
expect 3 "without rempartd nothing is reset" prehook claire "a new password"
says out '^The password cannot be reset right now' "without rempartd"
one_line "without rempartd"
start_daemon || exit 1
expect 0 "a clean mailbox" prehook claire "a new password"
rempart events --user claire --last 1 > "$dir/out"
says out 'note="done' "the reset is said to happen"

echo claire@example.org | rempart flag - > "$dir/null"
expect 1 "a flagged one" prehook claire "a new password"
says out '^The password cannot be reset here\. Call 01 23 45 67 89\.$' "a flagged one"
one_line "a flagged one"
expect 3 "one of which nobody knows" prehook paul "a new password"
says out '^The password cannot be reset here\. Call 01 23 45 67 89\.$' "one of which nobody knows"
expect 0 "with the old password it is no reset" prehook claire "a new password" "the old one"
expect 1 "an old password that is empty is none" prehook claire "a new password" ""
expect 3 "a name that looks like an option" prehook --json "a new password"
expect 2 "no name" prehook "" "a new password"
rempart reset-allow claire --for 1m --reason "known by voice" > "$dir/null"
expect 0 "the help desk lets one through" prehook claire "a new password"
expect 1 "and no more" prehook claire "a new password"
cp "$dir/asked" "$dir/out"
silent_about out 'password' "what rempart was given"
