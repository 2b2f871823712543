#!/usr/bin/env bash
# A cluster for a look, on one machine: etcd, two PostgreSQL under Patroni, two Musters, HAProxy. Ctrl-C stops it and removes its data.
#
#   apt-get install patroni etcd-server haproxy postgresql
#   server-config/patroni/try.sh DIRECTORY
#
# DIRECTORY has payara-micro.jar and muster.war, as `mvn package` leaves them in target, which is the default.
set -euo pipefail
muster=$(cd "${1:-target}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
for file in payara-micro.jar muster.war; do
    [ -f "$muster/$file" ] || { echo "There is no $file in $muster: run mvn package, or name another directory" >&2; exit 1; }
done
for program in patroni etcd haproxy; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install patroni etcd-server haproxy postgresql" >&2; exit 1; }
done
binaries=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
[ -x "$binaries/pg_rewind" ] || { echo "PostgreSQL is missing: apt-get install postgresql" >&2; exit 1; }

work=$(mktemp -d /tmp/muster-cluster-XXXXXX)
# PostgreSQL refuses to run as root.
as_postgres=()
if [ "$(id -u)" = 0 ]; then
    as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    chown postgres "$work"
fi
pids=()
stop() {
    # A second Ctrl-C must not leave half of it.
    trap '' INT TERM
    trap - EXIT
    echo 'Stopping'
    for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
        kill "${pids[i]}" 2>/dev/null && wait "${pids[i]}" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop INT TERM EXIT

cp "$here/patroni.yml" "$here/create-muster.sh" "$work"
sed -i "s|/etc/patroni/create-muster.sh|$work/create-muster.sh|" "$work/patroni.yml"
printf 'etcd3:\n  hosts: 127.0.0.1:23790\n' >>"$work/patroni.yml"
chmod 755 "$work/create-muster.sh" && chmod 644 "$work/patroni.yml"

"${as_postgres[@]}" etcd --data-dir "$work/etcd" --listen-client-urls http://127.0.0.1:23790 --advertise-client-urls http://127.0.0.1:23790 \
    --listen-peer-urls http://127.0.0.1:23800 --initial-advertise-peer-urls http://127.0.0.1:23800 \
    --initial-cluster default=http://127.0.0.1:23800 >"$work/etcd.log" 2>&1 &
pids+=($!)

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
node() {
    env PATRONI_NAME="$1" \
        PATRONI_RESTAPI_LISTEN="127.0.0.1:$2" PATRONI_RESTAPI_CONNECT_ADDRESS="127.0.0.1:$2" \
        PATRONI_POSTGRESQL_LISTEN="127.0.0.1:$3" PATRONI_POSTGRESQL_CONNECT_ADDRESS="127.0.0.1:$3" \
        PATRONI_POSTGRESQL_DATA_DIR="$work/$1" PATRONI_POSTGRESQL_BIN_DIR="$binaries" PATRONI_POSTGRESQL_PGPASS="$work/pgpass-$1" \
        PATRONI_SUPERUSER_PASSWORD="$password" PATRONI_REPLICATION_PASSWORD="$password" MUSTER_DB_PASSWORD="$password" \
        "${as_postgres[@]}" patroni "$work/patroni.yml" >"$work/$1.log" 2>&1 &
    pids+=($!)
}
echo "Starting PostgreSQL (logs in $work)"
node a 18008 15432
node b 18009 15433
until curl -fs -o /dev/null http://127.0.0.1:18008/primary || curl -fs -o /dev/null http://127.0.0.1:18009/primary; do sleep 1; done
until curl -fs -o /dev/null http://127.0.0.1:18008/replica || curl -fs -o /dev/null http://127.0.0.1:18009/replica; do sleep 1; done

mkdir "$work/muster"
cp "$here/../payara/payara-micro.sh" "$here/../payara/micro.options" "$here/../payara/micro-preboot.asadmin" \
    "$muster/payara-micro.jar" "$muster/muster.war" "$work/muster"
touch "$work/muster/empty.env"
hosts=127.0.0.1:15432,127.0.0.1:15433
muster() {
    env MUSTER_ENV_FILE="$work/muster/empty.env" DB_HOST="$hosts" DB_REPLICA_HOSTS="$hosts" DB_NAME=muster DB_USER=muster \
        DB_PASSWORD="$password" SHUTDOWN_DELAY_S=3 \
        "$work/muster/payara-micro.sh" --port "$1" >"$work/muster-$1.log" 2>&1 &
    pids+=($!)
}
echo 'Starting two Musters'
muster 18080
muster 18081
for port in 18080 18081; do until curl -fs -o /dev/null "http://127.0.0.1:$port/health/ready"; do sleep 1; done; done

LISTEN=127.0.0.1:8080 MUSTER_1=127.0.0.1:18080 MUSTER_2=127.0.0.1:18081 haproxy -f "$here/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
pids+=($!)
cat <<TEXT
Muster is at http://localhost:8080. Who is the primary: patronictl -c $work/patroni.yml list muster
Try: the same with "switchover --force muster" in place of "list muster"; kill -9 a PostgreSQL, a Muster. Ctrl-C stops all.
TEXT
wait
