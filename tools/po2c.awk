# Makes the sorted table of common/text.h from a .po file. Escapes are the same in both languages, so
# strings are copied as they are. An entry that is fuzzy or empty is left out: English is shown.
function flush() {
    if (msgid != "" && msgstr != "" && !fuzzy) {
        n++
        en[n] = msgid
        fr[n] = msgstr
    }
    msgid = msgstr = ""
    state = ""
    fuzzy = 0
}
function body(s) {
    sub(/^[^"]*"/, "", s)
    sub(/"$/, "", s)
    return s
}
# strcmp order of the strings as C sees them: undo the escapes that change a character's place.
function plain(s) {
    gsub(/\\n/, "\n", s)
    gsub(/\\t/, "\t", s)
    gsub(/\\"/, "\"", s)
    gsub(/\\\\/, "\\", s)
    return s
}
BEGIN { n = 0 }
/^#, .*fuzzy/ { if (state == "str") flush(); fuzzy = 1; next }
/^#/ { next }
/^msgid / { if (state == "str") flush(); state = "id"; msgid = body($0); next }
/^msgstr / { state = "str"; msgstr = body($0); next }
/^"/ { if (state == "id") msgid = msgid body($0); else msgstr = msgstr body($0); next }
/^$/ { if (state == "str") flush() }
END {
    flush()
    for (i = 2; i <= n; i++) {
        for (j = i; j > 1 && plain(en[j - 1]) > plain(en[j]); j--) {
            t = en[j]; en[j] = en[j - 1]; en[j - 1] = t
            t = fr[j]; fr[j] = fr[j - 1]; fr[j - 1] = t
        }
    }
    print "/* Made by tools/po2c.awk from po/fr.po. */"
    print "#include \"common/text.h\"\n"
    print "const struct rp_translation rp_catalog_fr[] = {"
    for (i = 1; i <= n; i++)
        printf "\t{\"%s\",\n\t \"%s\"},\n", en[i], fr[i]
    print "\t{0, 0},\n};"
    printf "const unsigned rp_catalog_fr_len = %d;\n", n
}
