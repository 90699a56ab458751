# Makes the list of common passwords, "password<TAB>count", from
#   common.rules  words and endings of our own;
#   password.lst  of John the Ripper, the most common first;
#   frequency_lists.py  of zxcvbn, all of a list on one line, the most common first.
# Each word is there as it is, capitalised and in capitals. So are the words of ours, and the first BASES of either list
# that are letters only, with each ending; as they are and capitalised also with the rarer endings, with the years, and
# with a sign behind the years of late; and with @ for a and 0 for o they have the endings, too.
# Counts are an order of magnitude and not measured: the lists have none. LISTED for a word of a list or of ours, VARIED
# for whatever was made from one.
BEGIN {
    BASES = 200
    LISTED = 100
    VARIED = 1
}
function say(word, count) { print word "\t" count }
function capital(word) { return toupper(substr(word, 1, 1)) substr(word, 2) }
function plain(word) {
    say(word, LISTED)
    say(capital(word), LISTED)
    say(toupper(word), VARIED)
}
function base(word) {
    if (!(word in bases)) {
        bases[word]
        n_bases++
    }
}
# Of a list that begins with the most common ones.
function listed(word, list) {
    plain(word)
    if (word ~ /^[a-z]+$/ && length(word) >= 4 && taken[list]++ < BASES)
        base(word)
}
function signs(word) {
    gsub(/a/, "@", word)
    return word
}
function digits(word) {
    gsub(/o/, "0", word)
    return word
}
function with_ends(word,    i) {
    for (i = 1; i <= n_ends; i++)
        say(word ends[i], VARIED)
}
function with_more(word,    year, i) {
    with_ends(word)
    for (i = 1; i <= n_rarer; i++)
        say(word rarer[i], VARIED)
    for (year = first_year; year <= last_year; year++) {
        say(word year, VARIED)
        for (i = 1; year >= late && i <= n_signs; i++)
            say(word year sign[i], VARIED)
    }
}
function vary(word) {
    with_more(word)
    with_more(capital(word))
    with_ends(toupper(word))
}
function disguise(word, as) {
    if (as == word)
        return
    say(as, VARIED)
    say(capital(as), VARIED)
    with_ends(as)
    with_ends(capital(as))
}

FILENAME ~ /rules$/ && $1 == "word" { for (i = 2; i <= NF; i++) { plain($i); base($i) } }
FILENAME ~ /rules$/ && $1 == "end" { for (i = 2; i <= NF; i++) ends[++n_ends] = $i }
FILENAME ~ /rules$/ && $1 == "rarer" { for (i = 2; i <= NF; i++) rarer[++n_rarer] = $i }
FILENAME ~ /rules$/ && $1 == "years" { first_year = $2; last_year = $3 }
FILENAME ~ /rules$/ && $1 == "late" { late = $2; for (i = 3; i <= NF; i++) sign[++n_signs] = $i }
FILENAME ~ /\.lst$/ && !/^#!comment/ && NF { listed($0, FILENAME) }
FILENAME ~ /\.py$/ && /^ *"passwords":/ {
    gsub(/^[^:]*: *"|".*$/, "")
    n = split($0, words, ",")
    for (i = 1; i <= n; i++)
        listed(words[i], FILENAME)
}
END {
    for (word in bases) {
        vary(word)
        disguise(word, signs(word))
        disguise(word, digits(word))
        if (word ~ /a/ && word ~ /o/)
            disguise(word, digits(signs(word)))
    }
}
