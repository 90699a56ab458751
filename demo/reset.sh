# shellcheck shell=sh disable=SC2034,SC2154
# Resets: the mailbox that they go to may be in other hands. Sourced by run.sh.

# What a portal runs before it stores a new password without the old one.
cat > "$dir/pam.d/reset" <<PAM
password requisite $build/pam_rempart.so reset lang=en socket=$dir/rempartd.sock
password required  $build/tests/modules/pam_store.so file=$dir/passwords/.new
password required  pam_exec.so quiet $dir/password
PAM
# with_mailboxes FETCH LINES: rempartd anew, which asks there, with these further lines in [mailbox].
with_mailboxes() {
    stop_rempartd
    configure none "$1"
    printf '[mailbox]\nhelp_text = Call the help desk: 01 23 45 67 89.\n%s\n' "$2" >> "$dir/rempart.conf"
    start_rempartd
}
# reset_check WANTED USER: what a portal with a mail flow of its own asks.
reset_check() {
    rempart reset-check "$2" > "$dir/checked"
    [ $? -eq "$1" ] || wrong "rempart reset-check, wanted $1: $(cat "$dir/checked")"
    sed 's/^/    /' "$dir/checked"
}

# What the help desk opens it opens by the machine's clock.
set_clock "$(date +%s)"
with_mailboxes none ""
echo "    (From here on the demonstration's clock goes by the machine's.)"
say "Nadia has an app and a registered e-mail address. She has forgotten her password: the portal resets it."
has_password nadia "sept flacons sur le quai"
rempart enroll nadia --no-confirm --email nadia@cabinet.example > "$dir/enrolled" 2> "$dir/warned" ||
    wrong "rempart enroll: $(cat "$dir/warned")"
secret=$(sed -n 's/.*secret=\([A-Z2-7]*\).*/\1/p' "$dir/enrolled" | head -n 1)
enter 0 reset nadia "huit seringues neuves" "huit seringues neuves"

say "A CERT writes that her mailbox is in other hands. The help desk flags it; only a keyed digest of it is kept."
echo nadia@cabinet.example | rempart flag - --reason "CERT-FR, case 113" | sed 's/^/    /' || wrong "rempart flag"
rempart status --flagged | sed 's/^/    /'

say "Whoever reads her mail asks for a reset: refused before anything is changed, and told whom to call."
enter 1 reset nadia ""

say "A name that nobody has is answered alike."
enter 1 reset nobody ""

say "The portal's own mail flow asks too. The first line is for the user, the second for the portal alone."
reset_check 1 nadia

say "Nadia herself has her app: its code lets the reset through."
set_clock $((now + 30))
enter 0 reset nadia "$(code $now)" "neuf cahiers dans un tiroir" "neuf cahiers dans un tiroir"

say "The login after a reset is asked for a code. It lets her in, and says once that her mailbox is flagged."
set_clock $((now + 30))
enter 1 as nadia "neuf cahiers dans un tiroir" ""
enter 0 as nadia "neuf cahiers dans un tiroir" "$(code $now)"

say "Her phone is gone as well. The help desk calls her back, knows her, and opens the way for one reset."
rempart reset-allow nadia --for 30m --reason "known by voice, called back" | sed 's/^/    /' || wrong "rempart reset-allow"
enter 0 reset nadia "dix lampes sous la pluie" "dix lampes sous la pluie"

say "One, and no more."
enter 1 reset nadia ""

say "rempart-fetch has the key of an API that knows stolen mailboxes, here a server of the tests."
breach_stop
rm -r "$dir/breach"
breach_start "$dir/breach" "$dir/online.txt" || wrong "the breach server"
breach_account omar@pharmacie.example VerifiedStealerPasswordsRecent
fetch_key
fetch_start || wrong "rempart-fetch"
with_mailboxes "$dir/breach/fetch.sock" "lookup = yes"
rempart enroll omar --no-confirm --email omar@pharmacie.example > "$dir/null" 2> "$dir/warned" ||
    wrong "rempart enroll: $(cat "$dir/warned")"

say "Every registered address is looked up ahead of time, before an attacker comes."
rempart mailbox sweep | sed 's/^/    /' || wrong "rempart mailbox sweep"
rempart status --flagged | sed 's/^/    /'

say "All that left this machine of an address: six hex digits of its digest."
sed -n 's/^\(GET [^ ]*range[^ ]*\).*/    \1/p' "$dir/breach/requests"
! grep -qi -e nadia -e omar "$dir/breach/requests" || wrong "the server was told an address"

say "Omar's mailbox is in the log of a thief's malware: no reset goes there, and no network is asked any more."
fetch_stop
reset_check 1 omar

say "A thief's log has Paul's password for this very portal: such logs are pulled onto the list."
echo paul@cabinet.example | rempart mailbox set paul - > "$dir/null" 2> "$dir/warned" ||
    wrong "rempart mailbox set: $(cat "$dir/warned")"
breach_stolen paul@cabinet.example
fetch_start || wrong "rempart-fetch"
rempart mailbox pull | sed 's/^/    /' || wrong "rempart mailbox pull"
reset_check 1 paul

say "What was recorded of it: who decided what and why, and no address."
rempart events --last 17 | sed 's/^/    /' || wrong "rempart events"
rempart events --last 1000 --json > "$dir/events" || wrong "rempart events --json"
! grep -q -e '@cabinet' -e '@pharmacie' "$dir/events" "$dir/log" || wrong "an address is in the records"
for reason in mailbox-clean flag mailbox-flagged mailbox-told gate-open reset-allow found-flagged mailbox-pull; do
    grep -q "\"$reason\"" "$dir/events" || wrong "no event says $reason"
done
