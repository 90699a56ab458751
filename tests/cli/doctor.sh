#!/bin/sh
# rempart doctor: one fault at a time, and what it says of it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

pam=$dir/pam.d
mkdir "$pam"
doctor() { rempart doctor --pam-dir "$pam"; }

expect 1 "before init" doctor
says out 'FAIL .*state is missing' "before init"
says out 'rempart init' "before init"
rempart init > "$dir/out"
expect 1 "without rempartd" doctor
says out 'FAIL rempartd does not answer' "without rempartd"
start_daemon || exit 1
expect 0 "all is well" doctor
says out '^ok +rempartd answers' "all is well"
says out '^ok +the key fits the store' "all is well"
says out '^ok +leaked passwords are not looked for' "all is well"
says out 'no service in .* names pam_rempart.so yet' "no PAM file"
silent_about out '^FAIL' "all is well"
lang=fr expect 0 "in French" doctor
says out 'rempartd répond' "in French"
expect 2 "doctor x" rempart doctor x
expect 2 "doctor --nonsense" rempart doctor --nonsense

chmod 0755 "$dir/state"
expect 1 "the folder is open to others" doctor
says out 'FAIL .*state can be reached by others \(mode 0755\)' "the folder"
chmod 0700 "$dir/state"
chmod 0640 "$dir/key"
expect 1 "the key is open to others" doctor
says out 'FAIL .*0600' "the key"
chmod 0600 "$dir/key"
if [ "$(id -u)" -eq 0 ]; then
    chown 65534 "$dir/key"
    expect 0 "the key is somebody else's" doctor
    says out "warn .*key belongs to uid 65534, but the folder" "the key is somebody else's"
    says out "chown --reference=$dir/state $dir/key" "the key is somebody else's"
    chown 0 "$dir/key"
    # An instance that root made before there was a user of rempartd's: rempartd would refuse everybody.
    chown 65534 "$dir/state"
    expect 1 "the store is root's in somebody else's folder" doctor
    says out "FAIL .*store.db belongs to uid 0, but the folder" "the store is root's in somebody else's folder"
    says out "FAIL .*key belongs to uid 0, but the folder" "the key is root's beside somebody else's folder"
    chown 0 "$dir/state"
fi
mv "$dir/key" "$dir/key.away"
expect 1 "no key" doctor
says out 'FAIL .*key file is missing' "no key"
says out 'cannot decide' "no key: rempartd says so too"
another_key
expect 1 "another key" doctor
says out 'FAIL the store was made with another key' "another key"
mv -f "$dir/key.away" "$dir/key"
expect 0 "the right key again" doctor
sed 's/^1 /1 /; $p; $s/^1/2/' "$dir/key" > "$dir/two" && cat "$dir/two" > "$dir/key"
expect 0 "two generations" doctor
says out 'warn a rotation' "two generations"
rempart key rotate > "$dir/out"
expect 0 "finished" doctor
silent_about out 'a rotation' "finished"
awk 'BEGIN { for (i = 0; i < 40000; i++) printf "v%05d,JBSWY3DPEHPK3PXPJBSWY3DP\n", i }' > "$dir/many.csv"
"$build/rempart" --config "$conf" import "$dir/many.csv" > "$dir/out" 2>&1 &
import=$!
while running "$import" && [ "$(rempart status --json | grep -c '"accounts":0,')" -eq 1 ]; do :; done
kill -9 "$import"
wait "$import" 2> "$dir/null"
expect 0 "an unfinished import" doctor
says out 'warn an import was not finished' "an unfinished import"
mkdir "$dir/open" && chmod 0777 "$dir/open"
sed "s|^socket = .*|socket = $dir/open/sock|; s|^log = .*|&\nportals = no-such-user|" "$conf" > "$dir/open.conf"
conf=$dir/open.conf expect 1 "a socket in a folder of all" doctor
says out 'FAIL others may write into the folder' "a socket in a folder of all"
says out 'there is no user no-such-user' "a portal that is none"
stop_daemon
dd if=/dev/urandom of="$dir/state/store.db" bs=1024 seek=8 count=40 conv=notrunc 2> "$dir/null"
rm -f "$dir/state/store.db-wal" "$dir/state/store.db-shm"
expect 1 "a damaged store" doctor
says out 'restore the newest backup' "a damaged store"
rm -rf "$dir/state" "$dir/key"
rempart init > "$dir/out"
start_daemon || exit 1

stop_daemon
echo $(($(date +%s) + 7200)) > "$dir/clock"
start_daemon --test-clock "$dir/clock" || exit 1
echo 000000 | rempart verify claire > "$dir/out" 2>&1
expect 1 "the clock went back" doctor
says out 'FAIL the clock is [0-9]+ s behind the newest event' "the clock went back"
stop_daemon
rm -rf "$dir/state"
rempart init > "$dir/out"
start_daemon || exit 1

# PAM files: each bad one says why, the good one is left alone.
module=$build/pam_rempart.so
service() { # STATUS WHAT PATTERN < file
    cat > "$pam/svc"
    expect "$1" "$2" doctor
    says out "$3" "$2"
    rm "$pam/svc"
}
echo "auth required pam_unix.so
account required pam_unix.so" > "$pam/common-unix"
service 0 "a good file" "^ok +.*pam.d/svc" <<PAM
# pam_rempart.so sufficient in a comment
auth required $module mode=auto \\
    lang=fr socket=/run/x server_user=r nodelay debug
@include common-unix
account required $module
PAM
service 1 "sufficient" "FAIL .*code alone" <<PAM
auth sufficient $module
auth required pam_unix.so
account required $module
account required pam_unix.so
PAM
service 1 "a jump" "FAIL .*code alone" <<PAM
auth [success=1 default=ignore] $module
auth required pam_unix.so
auth required pam_permit.so
account required $module
account required pam_unix.so
PAM
service 1 "optional" "FAIL .*optional" <<PAM
auth optional $module
@include common-unix
account required $module
PAM
service 1 "sufficient above" "FAIL .*before a code is asked" <<PAM
auth sufficient pam_unix.so
auth required $module
account required pam_unix.so
account required $module
PAM
service 1 "no password" "FAIL .*nothing checks the password" <<PAM
auth required $module
account required $module
account required pam_unix.so
PAM
service 0 "no account line" "warn .*without an account line" <<PAM
auth required $module
@include common-unix
PAM
service 0 "alone in account" "warn .*alone refuses" <<PAM
auth required $module
auth required pam_unix.so
account required $module
PAM
service 1 "one field, below" "FAIL .*one field" <<PAM
@include common-unix
auth required $module mode=combined
account required $module
PAM
service 1 "an unknown argument" "FAIL .*argument" <<PAM
auth required $module mode=promt
@include common-unix
account required $module
PAM
service 1 "no such module" "FAIL .*not there" <<PAM
auth required /nonexistent/pam_rempart.so
@include common-unix
account required $module
PAM
# What Debian's common-auth does: one line more in it, and its jump leads elsewhere.
service 1 "a jump that lands on pam_deny" "FAIL .*accepts is refused" <<PAM
auth [success=1 default=ignore] pam_unix.so
auth required $module
auth requisite pam_deny.so
auth required pam_permit.so
account required $module
account required pam_unix.so
PAM
service 1 "a jump that passes the code over" "FAIL .*before a code is asked" <<PAM
auth [success=2 default=ignore] pam_unix.so
auth required $module
auth requisite pam_deny.so
auth required pam_permit.so
account required $module
account required pam_unix.so
PAM
service 1 "a second directory" "FAIL .*before a code is asked" <<PAM
auth [success=1 default=ignore] pam_unix.so
auth sufficient pam_sss.so
auth required $module
account required $module
account required pam_unix.so
PAM
service 0 "a jump over pam_deny" "^ok +.*pam.d/svc" <<PAM
AUTH  [success=2 default=ignore] pam_unix.so
auth  [success=1 default=ignore] pam_sss.so use_first_pass
auth  Requisite pam_deny.so
auth  required pam_permit.so
auth  required $module
account required $module
account required pam_unix.so
PAM
service 0 "an exception for root" "^ok +.*pam.d/svc" <<PAM
auth sufficient pam_rootok.so
auth required $module
@include common-unix
account required $module
PAM
service 1 "sufficient below the password" "FAIL .*optional" <<PAM
auth required pam_unix.so
auth sufficient $module
account required $module
account required pam_unix.so
PAM
echo "auth [success=done default=bad] pam_unix.so" > "$pam/common-done"
service 0 "done in a substack" "^ok +.*pam.d/svc" <<PAM
auth substack common-done
auth required $module
account required $module
account required pam_unix.so
PAM
service 1 "done in an include" "FAIL .*before a code is asked" <<PAM
auth include common-done
auth required $module
account required $module
account required pam_unix.so
PAM
service 0 "an account line that refuses nobody" "warn .*refuses nobody" <<PAM
auth required $module
@include common-unix
account optional $module
PAM
service 0 "whom policy asks nothing of" "warn .*asks nothing of is refused" <<PAM
auth [success=ok default=die] $module
@include common-unix
account required $module
PAM
service 0 "both at once, below" "warn .*mode=auto" <<PAM
@include common-unix
auth required $module mode=auto
account required $module
PAM
service 0 "a dash" "warn .*dash" <<PAM
-auth required $module
@include common-unix
account required $module
PAM
service 1 "a dash and no module" "FAIL .*nobody is asked for a code" <<PAM
-auth required /nonexistent/pam_rempart.so
@include common-unix
account required $module
PAM
service 1 "an include that is not there" "FAIL .*includes a file" <<PAM
auth required $module
@include common-nowhere
account required $module
PAM
echo "@include svc" > "$pam/common-round"
service 0 "includes in a circle" "warn .*read whole" <<PAM
auth required $module
@include common-round
PAM
# A pipe that nobody writes into is not waited for, be it a service or included by one.
patient() { LC_ALL=C timeout 20 "$build/rempart" --config "$conf" doctor --pam-dir "$pam"; }
mkfifo "$pam/pipe"
expect 0 "a pipe among the services" patient
silent_about out 'pam.d/pipe' "a pipe among the services"
printf 'auth required %s\n@include pipe\n' "$module" > "$pam/svc"
expect 0 "a pipe that is included" patient
says out 'warn .*pam.d/svc could not be read whole' "a pipe that is included"
rm "$pam/svc" "$pam/pipe"
# Where leaked passwords are looked for, whether somebody knows any.
words() { printf '%s\n' "$@" | rempart corpus build --words --from - "$dir/corpus" > "$dir/null"; }
known() { # STATUS WHAT PATTERN: a rempartd that has just opened the corpus
    stop_daemon
    conf=$dir/leaks.conf start_daemon || exit 1
    conf=$dir/leaks.conf expect "$1" "$2" doctor
    says out "$3" "$2"
}
sed "s|^corpus = .*|corpus = $dir/corpus|" "$conf" > "$dir/leaks.conf"
words 123456 azerty123
conf=$dir/leaks.conf expect 1 "rempartd was not told" doctor
says out 'FAIL .*could not be found out: not-configured$' "rempartd was not told"
says out 'systemctl reload rempartd' "rempartd was not told"
known 0 "a corpus" "^ok +$dir/corpus has 2 leaked passwords"
says out '^ok +a leaked password is known for one' "a corpus"
lang=fr known 0 "a corpus, in French" "^ok +$dir/corpus contient 2 mots de passe"
words azerty123
known 0 "a corpus of next to nothing" 'warn 123456 passes for a password that is in no leak'
printf '%s:1\nx\n' 0123456789abcdef0123456789abcdef01234567 > "$dir/file"
rempart corpus build --from "$dir/file" "$dir/corpus" > "$dir/null" 2>&1
known 0 "a corpus that lacks something" "warn $dir/corpus lacks 1 lines or ranges"
echo nothing > "$dir/corpus"
known 1 "a file that is no corpus" "FAIL .*$dir/corpus"
rm "$dir/corpus"
known 1 "no corpus" "FAIL .*$dir/corpus: No such file"
says out 'make the file: rempart corpus build' "no corpus"
says out 'FAIL .*could not be found out: corpus-missing$' "no corpus"
stop_daemon
sed "s|^corpus = .*|corpus = none\nfetch = $dir/fetch.sock|" "$conf" > "$dir/gone.conf"
conf=$dir/gone.conf start_daemon || exit 1
conf=$dir/gone.conf expect 1 "rempart-fetch is gone" doctor
says out 'FAIL .*could not be found out: fetch-gone$' "rempart-fetch is gone"
says out 'systemctl start rempart-fetch.socket' "rempart-fetch is gone"
stop_daemon
words 123456
conf=$dir/leaks.conf start_daemon || exit 1

# And whether the stack lets them through.
leaks() {
    cat > "$dir/svc"
    conf=$dir/leaks.conf service "$@" < "$dir/svc"
}
echo "auth required pam_unix.so
account required pam_unix.so
password required pam_unix.so use_authtok" > "$pam/common-unix"
leaks 0 "a stack for leaked passwords" "^ok +.*pam.d/svc" <<PAM
auth required $module mode=auto
account required $module
password requisite pam_pwquality.so retry=3
password requisite $module use_authtok
@include common-unix
PAM
leaks 0 "asks below the password" "^ok +.*pam.d/svc" <<PAM
password requisite $module retry=3
@include common-unix
auth required $module
account required $module
PAM
leaks 0 "never sees the password" "warn .*never sees the password" <<PAM
auth required $module
account required $module
password requisite $module
@include common-unix
PAM
leaks 0 "looks at no new password" "warn .*does not look at new passwords" <<PAM
auth required $module mode=combined
account required $module
@include common-unix
PAM
leaks 1 "looks too late" "FAIL .*stored before" <<PAM
@include common-unix
auth required $module
account required $module
password required $module
PAM
leaks 0 "pam_unix asks again" "warn .*another new password" <<PAM
password requisite $module
password required pam_unix.so
PAM
leaks 0 "pam_pwquality asks again" "warn .*another new password" <<PAM
password requisite $module
password requisite pam_pwquality.so retry=3
password required pam_unix.so use_authtok
PAM
stop_daemon
start_daemon || exit 1
service 1 "use_authtok, and nobody asks" "FAIL .*nobody asks for the new password" <<PAM
password requisite $module use_authtok
password required pam_unix.so use_authtok
PAM
says out 'Take use_authtok away' "use_authtok, and nobody asks"
service 0 "where nobody looks for leaks" "^ok +.*pam.d/svc" <<PAM
auth required $module
account required $module
password required pam_unix.so
@include common-unix
PAM
service 0 "a portal's reset" "^ok +.*pam.d/svc" <<PAM
password requisite $module reset
password required pam_unix.so use_authtok
PAM
service 1 "a reset that is sufficient" "FAIL .*refuses goes on all the same" <<PAM
password sufficient $module reset
password required pam_unix.so use_authtok
PAM
service 1 "a reset that is optional" "FAIL .*refuses goes on all the same" <<PAM
password optional $module reset
password required pam_unix.so use_authtok
PAM
service 1 "a reset below what ends the stack" "FAIL .*refuses goes on all the same" <<PAM
password sufficient pam_unix.so
password requisite $module reset
PAM
service 0 "a reset below what stores the password" "warn .*before pam_rempart.so has said" <<PAM
password required pam_unix.so
password requisite $module reset
PAM
service 0 "a reset where people log in" "warn .*a login forces counts as a reset" <<PAM
auth required $module
account required $module
password requisite $module reset
password required pam_unix.so use_authtok
@include common-unix
PAM
service 0 "reset in another line" "warn .*reset does something in password only" <<PAM
auth required $module reset
account required $module
@include common-unix
PAM

bare() { rempart doctor --pam-dir "$pam" --module "$1"; }
cat > "$pam/svc" <<PAM
auth required pam_rempart.so
@include common-unix
account required pam_rempart.so
PAM
expect 0 "the module's own folder" bare "$module"
expect 1 "nothing in the module's own folder" bare "$dir/pam_rempart.so"
says out 'FAIL .*not there' "nothing in the module's own folder"
lang=fr expect 1 "in French" bare "$dir/pam_rempart.so"
says out 'nomme un pam_rempart.so qui' "in French"
# The samples that are shipped, above what Debian's common- files say.
rm -r "$pam"
cp -r "$(dirname "$0")/../../config/pam.d" "$pam"
for type in auth account password session session-noninteractive; do
    printf '%s [success=1 default=ignore] pam_unix.so\n%s requisite pam_deny.so\n%s required pam_permit.so\n' \
        "${type%-*}" "${type%-*}" "${type%-*}" > "$pam/common-$type"
done
expect 0 "the samples" bare "$module"
for sample in "$pam"/[!c]*; do says out "^ok +$sample\$" "the sample ${sample##*/}"; done
rm -r "$pam"
expect 0 "no PAM folder" doctor
says out 'warn .*cannot be read' "no PAM folder"

# A small disk, where this user may mount one.
small_disk() { # SIZE STATUS PATTERN
    expect "$2" "$1 of disk" unshare -rm sh -c "mount -t tmpfs -o size=$1,mode=0700 none '$dir/state' &&
        '$build/rempart' --config '$conf' init && '$build/rempart' --config '$conf' doctor"
    says out "$3" "$1 of disk"
}
if unshare -rm mount -t tmpfs none "$dir/state" 2> "$dir/null"; then
    small_disk 5m 1 'FAIL [0-4] MB free for the store'
    small_disk 50m 0 'warn 4[0-9] MB free for the store'
    small_disk 200m 0 'ok   19[0-9] MB free for the store'
fi
