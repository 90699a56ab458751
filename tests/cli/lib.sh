# shellcheck shell=sh
# What the tests of rempart share: a private instance, a clock that a file holds, and one line a case.
# Sourced by each script, with REMPART_BUILD naming the build folder.
set -u
build=${REMPART_BUILD:?REMPART_BUILD names the build folder}
dir=$(mktemp -d "${TMPDIR:-/tmp}/rempart-cli.XXXXXX") || exit 1
daemon=
passed=0 failed=0
# shellcheck source=tests/fixtures/breach.sh
. "$(dirname "$0")/../fixtures/breach.sh"
trap 'finish' EXIT
trap 'exit 130' INT TERM

finish() {
    status=$?
    stop_daemon
    fetch_stop
    breach_stop
    rm -rf "$dir"
    echo "$(basename "$0" .sh): $passed passed, $failed failed"
    [ "$status" -eq 0 ] && [ "$failed" -gt 0 ] && exit 1
    exit "$status"
}

ok() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); echo "FAIL $*"; sed 's/^/    /' "$dir/out" "$dir/err" 2>/dev/null; }
# expect STATUS WHAT COMMAND…: runs it, and keeps its output in $dir/out and $dir/err.
expect() {
    wanted=$1 what=$2
    shift 2
    "$@" > "$dir/out" 2> "$dir/err"
    got=$?
    if [ "$got" -eq "$wanted" ]; then ok; else fail "$what: exit status $got, wanted $wanted"; fi
}
# says FILE PATTERN WHAT: the output has a line that matches.
says() { if grep -Eq -- "$2" "$dir/$1"; then ok; else fail "$3: no line says $2"; fi; }
silent_about() { if grep -Eq -- "$2" "$dir/$1"; then fail "$3: a line says $2"; else ok; fi; }

# A child that ended may be a zombie still, or be gone: the shell collects it when it likes.
running() {
    case $(cut -d ' ' -f 3 "/proc/$1/stat" 2> "$dir/null") in
    '' | Z) return 1 ;;
    esac
}

instance() {
    mkdir -p "$1"
    cat > "$1/rempart.conf" <<CONF
[rempartd]
socket = $1/sock
state = $1/state
corpus = none
key = $1/key
log = stderr
portals = $(id -u)
CONF
}
# In the place of the instance's own key, one that belongs to no store.
another_key() {
    instance "$dir/other"
    "$build/rempart" --config "$dir/other/rempart.conf" init > "$dir/null"
    mv "$dir/other/key" "$dir/key"
    rm -r "$dir/other"
}
conf=$dir/rempart.conf
# In the background the program itself is wanted, not a shell around it: "$build/rempart" then.
rempart() { LC_ALL=${lang:-C} "$build/rempart" --config "$conf" "$@"; }
code() { echo "$1" | "$build/demo/login" code "${2:-$(date +%s)}"; }
secret_in() { sed -n 's/.*secret=\([A-Z2-7]*\).*/\1/p' "$1" | head -n 1; }
start_daemon() {
    "$build/rempartd" --config "$conf" "$@" 2> "$dir/log" &
    daemon=$!
    until listens "${conf%/*}/sock"; do
        running "$daemon" || { cat "$dir/log"; return 1; }
    done
}
stop_daemon() {
    [ -z "$daemon" ] || { kill "$daemon"; wait "$daemon"; } 2>/dev/null
    daemon=
}
# mailbox KEY=VALUE…: [mailbox], the last section, has these from now on.
mailbox() {
    sed -i '/^\[mailbox\]/,$d' "$conf"
    printf '[mailbox]\n' >> "$conf"
    [ $# -eq 0 ] || printf '%s\n' "$@" >> "$conf"
}
# A server that knows of addresses and of one password, and a rempart-fetch that asks it.
email_start() {
    echo 123456 > "$dir/words"
    breach_start "$dir/breach" "$dir/words" && fetch_key && fetch_start || exit 1
}
# From now on rempart and rempartd ask it.
fetch_configure() { sed -i "s|^key = .*|&\nfetch = $dir/breach/fetch.sock|" "$conf"; }
instance "$dir"
