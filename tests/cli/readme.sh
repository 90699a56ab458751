#!/bin/sh
# README.md's commands, as they stand there, in a private instance: none is in it that does not work.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
readme=$(dirname "$0")/../../README.md

# Lines after a prompt or without one, and how the run of each goes. What is not listed here fails.
sed -n 's/^    \([#$] \)\{0,1\}rempart //p' "$readme" | sed 's/ *#.*//' > "$dir/commands"
[ "$(wc -l < "$dir/commands")" -ge 5 ] && ok || fail "README.md has commands"
mkdir "$dir/lib"
printf 'nom;courriel\nClaire;claire@example.org\n' > "$dir/cert.csv"
printf '%s:%d\n' CBFDAC6008F9CAB4083784CBD1874F76618D2A97 64 > "$dir/pwned.txt"
while read -r line; do
    here=$(echo "$line" | sed "s|/var/lib/rempart|$dir/lib|g; s|pwned.txt|$dir/pwned.txt|; s|cert.csv|$dir/cert.csv|")
    case $line in
    init | 'corpus build '* | 'corpus verify '*)
        # shellcheck disable=SC2086
        expect 0 "$line" rempart $here < /dev/null ;;
    'flag --file '* | 'status --flagged' | 'reset-allow claire '*)
        eval "expect 0 '$line' rempart $here" ;;
    'reset-check claire')
        start_daemon || exit 1
        expect 0 "$line" rempart reset-check claire
        stop_daemon ;;
    doctor)
        # Of this machine's own PAM files nothing is asked here.
        start_daemon || exit 1
        expect 0 "$line" rempart doctor --pam-dir "$dir/lib"
        stop_daemon ;;
    'enroll claire')
        # Its code is asked for when its secret is on the screen.
        mkfifo "$dir/typed"
        rempart enroll claire < "$dir/typed" > "$dir/out" 2> "$dir/err" &
        enrolling=$!
        exec 8> "$dir/typed"
        until secret=$(secret_in "$dir/out") && [ -n "$secret" ]; do running "$enrolling" || break; done
        code "$secret" >&8
        exec 8>&-
        wait "$enrolling" && ok || fail "$line"
        says out 'claire has a new token' "$line" ;;
    check-password)
        sed "s|^corpus = .*|corpus = $dir/common.corpus|" "$conf" > "$dir/leaks.conf"
        printf 'password123\t64\n' > "$dir/words"
        rempart corpus build --words --profile top --from "$dir/words" "$dir/common.corpus" > "$dir/out"
        conf=$dir/leaks.conf start_daemon || exit 1
        echo password123 > "$dir/password"
        expect 1 "$line" rempart check-password < "$dir/password"
        said=$(grep 'is in leaks' "$readme" | sed 's/^ *//')
        grep -qxF "$said" "$dir/out" && ok || fail "README.md shows another answer"
        stop_daemon ;;
    *) fail "rempart $line is not tried here" ;;
    esac
done < "$dir/commands"

top=$(dirname "$0")/../..
expect 0 "make help" "${MAKE:-make}" -s --no-print-directory -C "$top" help
for target in $(sed -n 's/^  make \([a-z-]\{1,\}\).*/\1/p' "$dir/out") help; do
    grep -Eq "^$target:" "$top/Makefile" "$top"/*/*.mk "$top"/tests/*/*.mk && ok || fail "there is no target $target"
done
for name in BUILD CC SAN V PREFIX DESTDIR demo check check-all bench install uninstall clean; do
    says out "(^|[^A-Za-z-])$name([^A-Za-z-]|\$)" "make help"
done
