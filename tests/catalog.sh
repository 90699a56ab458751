#!/bin/sh
# Every sentence that the programs mark for people has its French in po/fr.po, and every entry there is still
# said by some program. Usage: catalog.sh, in the source tree.
set -u
top=$(pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# The English of every entry that has a translation, as the build sees it.
english() { awk -f "$top/tools/po2c.awk" "$1" | sed -n 's/^	{\(".*"\),$/\1/p' | LC_ALL=C sort; }
# The same of every sentence in the sources of these folders.
said() {
    find "$@" -name '*.c' | sort |
        xargs xgettext --language=C --from-code=UTF-8 --keyword --keyword=N_ --keyword=rp_text:2 -o "$work/said.pot"
    msgen "$work/said.pot" > "$work/said.po" && english "$work/said.po"
}
# compare PO FOLDER… into missing and unused.
compare() {
    po=$1
    shift
    said "$@" > "$work/said"
    english "$po" > "$work/translated"
    LC_ALL=C comm -23 "$work/said" "$work/translated" > "$work/missing"
    LC_ALL=C comm -13 "$work/said" "$work/translated" > "$work/unused"
}
# expect NAME WANTED FILE: the file holds just these lines.
expect() {
    if printf '%s' "$2" | cmp -s - "$3"; then
        passed=$((passed + 1)) && echo "ok   $1"
    else
        failed=$((failed + 1)) && echo "FAIL $1" && cat "$3"
    fi
}

mkdir "$work/sample"
cat > "$work/sample/a.c" <<'C'
f(N_("done"), rp_text(lang, "new\n"), N_("in two "
	"parts"), N_("unsure"), "not for people");
C
cat > "$work/sample/fr.po" <<'PO'
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgid "done"
msgstr "fait"

msgid "in two parts"
msgstr "en deux parties"

#, fuzzy
msgid "unsure"
msgstr "peut-être"

msgid "old"
msgstr "vieux"
PO
compare "$work/sample/fr.po" "$work/sample"
expect "finds what is not translated" '"new\n"
"unsure"
' "$work/missing"
expect "finds what nobody says" '"old"
' "$work/unused"

compare po/fr.po common store corpus engine fetch pam_module cli
expect "every sentence is translated" "" "$work/missing"
expect "every translation is used" "" "$work/unused"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
