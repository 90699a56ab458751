#!/bin/bash
# Real programs against a real installation: sshd, sudo, su, pamtester, portals, systemd's tools. As root.
# Everything happens in namespaces of its own (files, processes, network), so the machine stays as it is and
# nothing is left running, whatever fails. The house that the cases live in is made by house.sh.
# Usage: run.sh MAKE BUILD [CASE…], in the source tree.
set -u
make=$1 build=$2
shift 2
[ "$(id -u)" -eq 0 ] || { echo "make check-system needs root: it makes users and namespaces." >&2; exit 1; }
house=$(mktemp -d /tmp/rempart-house.XXXXXX) || exit 1
trap 'rmdir "$house"' EXIT
[ $# -gt 0 ] || set -- tests/system/cases/*.sh

unshare --mount --propagation private --pid --net --ipc --fork --mount-proc --kill-child \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOUSE="$house" BUILD="$build" MAKE="$make" \
    bash tests/system/house.sh "$@"
