#!/bin/sh
# rempart corpus: what is built from downloads and lists, whole or odd, and what the files say afterwards.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

sha1() { printf %s "$1" | sha1sum | cut -c 1-40; }
# digests WORD:COUNT…: the lines of the downloader's single file.
digests() { for w; do echo "$(sha1 "${w%:*}" | tr a-f A-F):${w##*:}"; done | sort; }
check() { printf '%s\n' "$1" | rempart corpus check ${2:+"$2"}; }
sum() { sha1sum < "$dir/c"; }
# shellcheck disable=SC2120 # expect passes them on
build_file() { rempart corpus build --from "$dir/file" "$@" "$dir/c"; }
# odd STATUS WHAT PATTERN LINE…: a file with these lines builds with this status, and says this.
odd() {
    wanted_status=$1 what=$2 pattern=$3
    shift 3
    printf "$@" > "$dir/file"
    expect "$wanted_status" "$what" build_file
    says err "^rempart: $dir/file$pattern" "$what"
}
a=0123456789abcdef0123456789abcdef01234567
b=1123456789ABCDEF0123456789ABCDEF01234567

# A file, a pipe, CR LF or not, no newline at the end.
digests azerty123:37 Password1:1024 soleil:9 > "$dir/file"
expect 0 "a file" build_file
says out "^$dir/c has 3 digests" "a file"
[ -s "$dir/err" ] && fail "nothing odd is said of a good file" || ok
expect 1 "azerty123" check azerty123 "$dir/c"
says out 'in the corpus.*: 32$' "azerty123"
expect 1 "Password1" check Password1 "$dir/c"
says out ': 1024$' "Password1"
expect 0 "another one" check Soleil "$dir/c"
says out 'not in the corpus' "another one"
expect 0 "verify" rempart corpus verify "$dir/c"
says out "^$dir/c is whole" "verify"
expect 0 "a pipe" sh -c "sed 's/\$/\r/' '$dir/file' | head -c -2 | '$build/rempart' corpus build --from - '$dir/c'"
says out 'has 3 digests' "a pipe"
SOURCE_DATE_EPOCH=1700000000 build_file > "$dir/out"
expect 0 "info" rempart corpus info "$dir/c"
says out '^profile: full$' "info"
says out '^digests: 3$' "info"
says out '^made: 2023-11-14T22:13:20Z$' "info"
lang=fr_FR.UTF-8 expect 0 "info in French" rempart corpus info "$dir/c"
says out '^profil.: full$' "info in French"
says out '^empreintes.: 3$' "info in French"
expect 0 "info, JSON" rempart corpus info "$dir/c" --json
says out '^{"profile":"full","digests":3,"pages":[0-9]+,"min_count":1,"left_out":0,"made":"2023-11-14T22:13:20Z","epsilon":[0-9.e-]+}$' "info, JSON"
before=$(sum)
SOURCE_DATE_EPOCH=1700000000 build_file > "$dir/out"
[ "$(sum)" = "$before" ] && ok || fail "the same bytes again"

# Profiles, and what is rare.
expect 0 "top" build_file --profile top
says out 'has 2 digests' "top: seen 10 times or more"
expect 0 "small" build_file --profile small --min-count 1000
says out 'has 1 digests' "seen 1000 times or more"
expect 0 "info, JSON" rempart corpus info "$dir/c" --json
says out '"profile":"small",.*"min_count":1000' "small"
before=$(sum)
expect 3 "nothing seen as often" build_file --min-count 5000
says err "has no digest to use .* $dir/c is as it was" "nothing seen as often"
[ "$(sum)" = "$before" ] && ok || fail "the old file stays"

# What is odd, by file and line.
odd 1 "HTML" ':1: not a digest and a count, left out' "<html>502</html>\n$a:1\n"
odd 1 "NTLM" ':2: an NTLM digest, not SHA-1, left out' "$a:1\n0123456789ABCDEF0123456789ABCDEF:1\n"
odd 1 "a count too large" ':1: the count is missing, no number, or too large' "$a:99999999999999999999\n$b:1\n"
odd 1 "a NUL byte" ':2: a NUL byte' "$a:1\n\0\n$b:1\n"
odd 1 "a file that is cut" ':2: the file ends within a line' "$a:1\n0123"
odd 0 "the empty password" ':1: the empty password, passed over' 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709:3\n%s:1' "$a"
odd 0 "twice" ':2: the same digest as in the line above$' "$a:1\n$a:5\n"
odd 0 "out of order, in one page" ':2: out of order$' "$b:1\n$a:5\n"
says out 'has 2 digests' "out of order, in one page"
lang=fr_FR.UTF-8 odd 1 "in French" ':1: ni empreinte ni nombre, laissée de côté' "x\n$a:1\n"
says err '^rempart: 1 lignes ou plages de' "in French"
says err 'ne sont pas trouvés. Avec --strict' "in French"
yes x | head -n 30 | cat - "$dir/file" > "$dir/many"
expect 1 "thirty odd lines" rempart corpus build --from "$dir/many" "$dir/c"
[ "$(grep -c "^rempart: $dir/many:" "$dir/err")" -eq 20 ] && ok || fail "the first twenty are named"
says err '^rempart: 11 more: not a digest and a count' "the others are counted"
says err '^rempart: 31 lines or ranges of .*/many are left out' "all are counted"
expect 0 "info, JSON" rempart corpus info "$dir/c" --json
says out '"left_out":31' "the file knows it"
before=$(sum)
expect 1 "--strict" rempart corpus build --from "$dir/many" --strict "$dir/c"
says err '^rempart: .*/many:1: ' "--strict"
says err "Stopped at the first oddity. $dir/c is as it was" "--strict"
[ "$(wc -l < "$dir/err")" -eq 2 ] && ok || fail "--strict stops at the first"
[ "$(sum)" = "$before" ] && ok || fail "--strict leaves the old file"
printf 'x\n' > "$dir/file"
expect 3 "no digest at all" build_file
[ "$(sum)" = "$before" ] && ok || fail "a source without digests leaves the old file"

# A folder of ranges.
mkdir "$dir/ranges"
for w in azerty123:37 soleil:9; do
    d=$(digests "$w")
    echo "${d#?????}" > "$dir/ranges/$(echo "$d" | cut -c 1-5).txt"
done
touch "$dir/ranges/README"
expect 1 "a folder" rempart corpus build --from "$dir/ranges" "$dir/c"
says out 'has 2 digests' "a folder"
says err '^rempart: .*/ranges/README: not the name of a range, passed over' "a folder"
says err '^rempart: .*/ranges/00000.txt … [0-9A-F]{5}.txt: these [0-9]+ ranges are missing' "a folder"
[ "$(grep -c missing "$dir/err")" -eq 3 ] && ok || fail "ranges that are missing one after the other are one line"
says err '^rempart: 1048574 lines or ranges of .*/ranges are left out' "a folder"
expect 1 "azerty123, from a folder" check azerty123 "$dir/c"
says out ': 32$' "azerty123, from a folder"
expect 1 "a folder, --strict" rempart corpus build --from "$dir/ranges" --strict "$dir/c"

# Ranges of 200 lines, and among them two that were cut: so short is none by chance. 120 lines are few, but may be all.
rm -rf "${dir:?}/ranges" && mkdir "$dir/ranges"
awk -v dir="$dir/ranges" 'BEGIN {
    for (i = 0; i < 40; i++) {
        file = sprintf("%s/%05X.txt", dir, i)
        n = i == 20 ? 40 : i == 25 ? 120 : i == 30 ? 90 : 200
        for (k = 1; k <= n; k++) printf "%035X:1\r\n", k * 16 > file
        close(file)
    }
}'
expect 1 "ranges that were cut" rempart corpus build --from "$dir/ranges" "$dir/c"
says err '00014.txt: no digests for too long: a part of the file is missing' "a cut range"
says err '0001E.txt: no digests for too long' "another cut range"
silent_about err '00019.txt' "a range that has few"

# A list of passwords.
printf 'azerty123\r\nmot de passe\t70\ndéjà vu\na\tb\n\nazerty123\t5\n' > "$dir/list"
expect 0 "a list" rempart corpus build --from "$dir/list" --words "$dir/c"
says out 'has 4 digests' "a list"
expect 1 "the higher count" check azerty123 "$dir/c"
says out ': 4$' "the higher count"
expect 1 "a blank, and a count" check 'mot de passe' "$dir/c"
says out ': 64$' "a blank, and a count"
expect 1 "UTF-8" check 'déjà vu' "$dir/c"
expect 1 "a tab that is no count" check "$(printf 'a\tb')" "$dir/c"
says out ': 1$' "a tab that is no count"
rempart corpus info "$dir/c" > "$dir/info"
grep -q '^profile: top$' "$dir/info" && ok || fail "a list of words is not all that has leaked"
expect 2 "a list for everything" rempart corpus build --from "$dir/list" --words --profile full "$dir/c"
expect 0 "a list from a pipe" sh -c "'$build/rempart' corpus build --from - --words '$dir/c' < '$dir/list'"
printf 'a\0b\n%02000d\nc\n' 0 > "$dir/list"
expect 1 "no passwords" rempart corpus build --from "$dir/list" --words "$dir/c"
says err 'list:1: a NUL byte, or a line that is too long, left out' "no passwords"
says err 'list:2: a NUL byte, or a line that is too long, left out' "no passwords"
says out 'has 1 digests' "no passwords"
yes '' | head -n 5000000 > "$dir/list"
echo one >> "$dir/list"
expect 3 "too many passwords" rempart corpus build --from "$dir/list" --words "$dir/c"
says err 'more than 5000000 lines' "too many passwords"

printf '%s:1\r\nazerty123\n' "$a" > "$dir/list"
expect 3 "digests for words" rempart corpus build --from "$dir/list" --words "$dir/c"
says err 'has digests, not passwords: leave --words out' "digests for words"
lang=fr_FR.UTF-8 expect 3 "digests for words, in French" rempart corpus build --from "$dir/list" --words "$dir/c"
says err 'sans --words' "digests for words, in French"
printf 'azerty123\n%s:1\n' "$a" > "$dir/list"
expect 0 "a word that looks so" rempart corpus build --from "$dir/list" --words "$dir/c"
echo azerty123 > "$dir/list"
expect 3 "words for digests" rempart corpus build --from "$dir/list" "$dir/c"
says err 'a list of passwords needs --words' "words for digests"

# What cannot be read or written.
expect 3 "no source" rempart corpus build --from "$dir/nosuch" "$dir/c"
says err 'nosuch: No such file' "no source"
expect 3 "no list" rempart corpus build --from "$dir/nosuch" --words "$dir/c"
says err 'nosuch: No such file' "no list"
printf '%s:1\n' "$a" > "$dir/file"
mkdir "$dir/folder"
expect 3 "a folder to write to" rempart corpus build --from "$dir/nosuch" "$dir/folder"
says err "$dir/folder is a folder: name a file in it" "a folder to write to, before anything is read"
expect 3 "no folder to write to" rempart corpus build --from "$dir/file" "$dir/nosuch/c"
expect 3 "info of nothing" rempart corpus info "$dir/nosuch"
expect 3 "verify nothing" rempart corpus verify "$dir/nosuch"
expect 3 "check in nothing" check azerty123 "$dir/nosuch"
# Others on the machine read the arguments of a command, and a message may end up in a log.
expect 3 "a password as operand" rempart corpus check azerty123 < /dev/null
says err 'the file of a corpus, and there is no such file' "a password as operand"
says err 'read from standard input' "a password as operand"
silent_about err 'azerty|Password:' "a password as operand is not repeated, and none is asked for"
lang=fr_FR.UTF-8 expect 3 "a password as operand, in French" rempart corpus check azerty123 < /dev/null
says err 'ce fichier n.*existe pas' "a password as operand, in French"
expect 2 "a password behind the file" rempart corpus check "$dir/file" azerty123 < /dev/null
says err 'read from standard input' "a password behind the file"
silent_about err 'azerty' "a password behind the file is not repeated"
expect 1 "verify what is no corpus" rempart corpus verify "$dir/file"

# Damage.
awk 'BEGIN { for (i = 0; i < 20000; i++) print i }' > "$dir/list"
expect 0 "a corpus of many pages" rempart corpus build --from "$dir/list" --words "$dir/c"
expect 0 "which is whole" rempart corpus verify "$dir/c"
cp "$dir/c" "$dir/damaged"
printf x | dd of="$dir/damaged" bs=1 seek=9000 conv=notrunc 2> "$dir/null"
cmp -s "$dir/c" "$dir/damaged" && fail "the damage" || ok
expect 1 "verify a damaged one" rempart corpus verify "$dir/damaged"
says err 'damaged: page 1\. Build it again' "verify a damaged one"
lang=fr_FR.UTF-8 expect 1 "in French" rempart corpus verify "$dir/damaged"
says err 'est endommagé.: page 1\. Refaites-le' "in French"
head -c 20000 "$dir/c" > "$dir/damaged"
expect 1 "verify half a file" rempart corpus verify "$dir/damaged"
expect 3 "check in half a file" check azerty123 "$dir/damaged"

# Whether it is rempart by now, and catches SIGINT and SIGTERM.
catches() { awk '/^Name:\trempart$/ { is = 1 } is && /^SigCgt:.*[4-7c-f][0-9a-f][0-9a-f][2367abef]$/ { yes = 1 } END { exit !yes }' "/proc/$1/status"; }

# Cut off: the old file stays, and nothing beside it. The pipe brings nothing, or goes on for ever.
mkfifo "$dir/fifo"
exec 9<> "$dir/fifo"
mkdir "$dir/beside"
cp "$dir/c" "$dir/beside/c"
cut_off() { # SIGNAL OPTION…
    signal=$1
    shift
    "$build/rempart" corpus build --from - "$@" "$dir/beside/c" < "$dir/fifo" > "$dir/out" 2> "$dir/err" 9<&- &
    pid=$!
    until catches "$pid"; do running "$pid" || break; done
    kill -"$signal" "$pid"
    wait "$pid"
    [ $? -eq 3 ] && ok || fail "$signal ends it"
    says err "Stopped. $dir/beside/c is as it was" "$signal"
}
cut_off INT
cut_off TERM
cut_off INT --words
# A closed terminal; under nohup it is nothing.
grep -q '^SigIgn:.*[13579bdf]$' /proc/$$/status || cut_off HUP
yes "$a:1" > "$dir/fifo" &
yes=$!
cut_off INT
cut_off TERM
kill "$yes"
wait "$yes" 2> "$dir/null"
# Another pipe: what is left in that one begins anywhere.
exec 9<&-
rm "$dir/fifo"
mkfifo "$dir/fifo"
exec 9<> "$dir/fifo"
yes azerty123 > "$dir/fifo" &
yes=$!
cut_off TERM --words
kill "$yes"
wait "$yes" 2> "$dir/null"
exec 9<&-
cmp -s "$dir/c" "$dir/beside/c" && [ "$(ls -A "$dir/beside")" = c ] && ok || fail "the old file stays, alone"

# check: the corpus that is configured, and what is no password.
expect 3 "no corpus" check azerty123
says err 'No corpus is configured' "no corpus"
sed -i "s|^corpus = .*|corpus = $dir/c|" "$conf"
expect 1 "the corpus that is configured" check 1234
lang=fr_FR.UTF-8 expect 1 "in French" check 1234
says out 'Le mot de passe est dans le corpus' "in French"
expect 2 "no password" rempart corpus check < /dev/null
expect 2 "an empty one" check ''
mv "$conf" "$conf.away"
expect 2 "no configuration" check azerty123
expect 1 "no configuration, and a file" check 1234 "$dir/c"
mv "$conf.away" "$conf"

for args in '' build info verify 'build out' 'build --from x' 'build --from' 'build --from x a b' \
    'build --from x --profile large out' 'build --from x --min-count 0 out' 'build --from x --min-count many out' \
    'build --from x --nonsense out' 'info --json' 'info a b' 'info a --json b' 'verify --json a' 'verify a b' 'check a b' \
    'check --json' nonsense; do
    # shellcheck disable=SC2086
    expect 2 "corpus $args" rempart corpus $args < /dev/null
    says err '^usage: rempart .*corpus' "corpus $args"
done

if command -v script > "$dir/out"; then
    awk 'BEGIN { for (i = 0; i < 200000; i++) print i }' > "$dir/list"
    script -qec "'$build/rempart' corpus build --words --from '$dir/list' '$dir/c'" "$dir/null" > "$dir/out" 2>&1 < /dev/null
    says out 'building \[#+ *\] +[0-9]+% [0-9]+/s' "progress on a terminal"
fi

# The one that comes with the package.
common=$build/common.corpus
for w in azerty123 Password1 password1 azerty Azerty123 'Azerty123!' AZERTY123 motdepasse doudou Doudou13 \
    marseille13 soleil Soleil2024 'Soleil2024!' pharmacie Pharmacie75 'P@ssw0rd' 'P@ssw0rd1' qwerty 123456 Camille1987; do
    expect 1 "the common $w" check "$w" "$common"
done
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    w=$(sha1 "$n" | cut -c 1-12)
    expect 0 "the rare $w" check "$w" "$common"
done
expect 0 "info" rempart corpus info "$common"
says out '^profile: top$' "the common one does not have everything"
