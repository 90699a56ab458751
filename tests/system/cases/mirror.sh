#!/bin/bash
# The range API behind nginx, as a mirror of one's own would be: rempart-fetch speaks HTTP/2 with it, keeps one
# connection for all that it asks, and connects to nothing else.
set -u
. tests/system/lib.sh
build=$BUILD
# shellcheck source=tests/fixtures/breach.sh
. tests/fixtures/breach.sh

socket=/run/rempart-fetch/fetch.sock
fresh ""
echo azerty123 > "$HOUSE/words"
breach_start "$HOUSE/mirror" "$HOUSE/words" || exit 1
chmod 755 "$HOUSE/mirror" && chmod 644 "$HOUSE/mirror/ca.pem"
chown rempart-fetch: /run/rempart-fetch
rm -f "$socket" # of another case

cat > "$HOUSE/nginx.conf" <<CONF
daemon off;
user www-data;
pid $HOUSE/nginx.pid;
error_log $HOUSE/log;
events { }
http {
    log_format seen '\$server_protocol \$connection \$status \$request_uri';
    access_log $HOUSE/access seen;
    client_body_temp_path $HOUSE/nginx-1;
    proxy_temp_path $HOUSE/nginx-2;
    fastcgi_temp_path $HOUSE/nginx-3;
    uwsgi_temp_path $HOUSE/nginx-4;
    scgi_temp_path $HOUSE/nginx-5;
    server {
        listen 127.0.0.1:8443 ssl http2;
        ssl_certificate $HOUSE/mirror/server.pem;
        ssl_certificate_key $HOUSE/mirror/server.pem;
        location /range/ { proxy_pass $breach_plain; }
    }
}
CONF
nginx -c "$HOUSE/nginx.conf" &
until_true test -s "$HOUSE/nginx.pid" || exit 1

printf '[rempartd]\nlog = stderr\n[fetch]\npasswords_url = https://localhost:8443/range/\nca_file = %s\n' \
    "$HOUSE/mirror/ca.pem" > /etc/rempart/rempart.conf
strace -f -qq -s 0 -e trace=connect,sendto,sendmsg,sendmmsg -o "$HOUSE/trace" -u rempart-fetch \
    rempart-fetch 2>> "$HOUSE/log" &
tracer=$!
until_true test -S "$socket" || exit 1

ask() { "$BUILD/tests/system/range" "$socket" "$1"; }
all_answered() { [ "$(grep -c '^none [1-9]' "$1")" -eq "$2" ]; }

ask "$(printf azerty123 | sha1sum | cut -c1-5)" > "$out"
check "a mirror behind nginx is asked" all_answered "$out" 1
askers=
for i in $(seq 10 29); do
    ask "000$i" >> "$HOUSE/many" &
    askers+=" $!"
done
# shellcheck disable=SC2086
wait $askers
check "twenty prefixes at once are answered" all_answered "$HOUSE/many" 20
cut -d' ' -f1,3 "$HOUSE/access" | sort | uniq -c > "$out"
check "each with HTTP/2" test "$(tr -s ' ' < "$out")" = " 21 HTTP/2.0 200"
cut -d' ' -f2 "$HOUSE/access" | sort -u > "$out"
check "all on one connection" test "$(wc -l < "$out")" -eq 1

breach_mode chunked # nginx does not know the length, and does not say one
ask 00030 > "$out"
check "a range without a length is whole in HTTP/2" all_answered "$out" 1
breach_mode truncated
ask 00031 > "$out"
check "one that breaks off is none" seen "bad-body 0"
breach_mode good
ask 00032 > "$out"
check "and the next one is" all_answered "$out" 1

pkill -TERM -x rempart-fetch && wait "$tracer"
grep 'connect(' "$HOUSE/trace" > "$out"
check "it connected to the mirror" seen 'sin_port=htons(8443), sin_addr=inet_addr("127.0.0.1")'
sed -i '/sin6*_port=htons(8443)/d' "$out"
check "and to nothing else" test ! -s "$out"
grep -v 'connect(' "$HOUSE/trace" | grep 'sin6*_port=' > "$out"
check "and sent nothing beside a connection" test ! -s "$out"
breach_stop
