# A real sshd on a port of this network namespace, and logins through it. Sourced by cases.
# shellcheck shell=bash disable=SC2154

PORT=2222

sshd_start() {
    rm -rf "$HOUSE"/{host,user}_key* "$HOUSE/authorized"
    ssh-keygen -q -t ed25519 -N '' -f "$HOUSE/host_key"
    ssh-keygen -q -t ed25519 -N '' -f "$HOUSE/user_key"
    cat > "$HOUSE/sshd_config" <<CONF
Port $PORT
ListenAddress 127.0.0.1
HostKey $HOUSE/host_key
PidFile none
UsePAM yes
KbdInteractiveAuthentication yes
PasswordAuthentication yes
AuthorizedKeysFile $HOUSE/authorized/%u
StrictModes no
PrintMotd no
CONF
    mkdir "$HOUSE/authorized"
    /usr/sbin/sshd -D -e -f "$HOUSE/sshd_config" 2>> "$HOUSE/log" &
    until_true bash -c "exec 3<> /dev/tcp/127.0.0.1/$PORT" 2> /dev/null || exit 1
}

# dial METHOD USER QUESTION ANSWER …: a login that asks the shell who one is. 0: in, 1: refused.
dial() {
    local method=$1 user=$2
    shift 2
    # shellcheck disable=SC2016
    expect -f tests/system/talk.exp "$@" '$ ' 'echo "in as $(id -un)"; exit' -- \
        ssh -tt -F none -p $PORT -i "$HOUSE/user_key" \
        -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
        -o PreferredAuthentications="$method" -o NumberOfPasswordPrompts=1 "$user@127.0.0.1" > "$out" 2>&1
    if seen "in as $user"; then return 0; fi
    if seen "Permission denied"; then return 1; fi
    return 9
}
