#!/bin/sh
# Starts Muster on Payara Micro, with the files beside this script. Options are those of Payara Micro:
#   payara-micro.sh --port 8080
# On JDK 25, it starts faster with a cache of classes. To make one, while the database is running:
#   payara-micro.sh make-cache
# That starts Muster once and stops it. The cache is in ./payara-cache, or below the directory that CACHE_DIRECTORY names. It is
# ignored if it was made with another JDK or another Payara Micro, cannot be written, or is in use by another Muster.
set -eu

home=$(cd "$(dirname "$0")" && pwd)
cache=${CACHE_DIRECTORY:-$PWD}/payara-cache
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
timeout=300

main() {
    if [ "${1-}" = make-cache ]; then
        shift
        make_cache "$@"
    elif [ -f "$cache/made-for" ] && identity | cmp -s - "$cache/made-for" && lock && forget; then
        muster "$cache/launch-micro.jar" "-XX:AOTCache=$cache/muster.aot" -- "$@"
    else
        muster "$home/payara-micro.jar" -- "$@"
    fi
}

# What a cache is made for.
identity() {
    "$java" -version 2>&1 | grep -v 'Picked up'
    stat -c '%s %Y' "$home/payara-micro.jar"
}

# Until the process ends: the server writes into the directory that it was unpacked to.
lock() {
    [ -w "$cache/lock" ] && exec 9>"$cache/lock" && flock -n 9
}

# The server's last settings and applications.
forget() {
    rm -rf "$cache/config" "$cache/applications" "$cache/generated" \
        && cp -R "$cache/config.original" "$cache/config"
}

# Becomes Muster: muster JAR JVM-OPTION... -- PAYARA-MICRO-OPTION...
muster() {
    jar=$1
    shift
    options=$#
    for option in "$@"; do
        if [ "$option" = -- ]; then
            set -- "$@" -jar "$jar" --nohazelcast --disablephonehome \
                --prebootcommandfile "$home/micro-preboot.asadmin" --deploy "$home/muster.war"
        else
            set -- "$@" "$option"
        fi
    done
    shift "$options"
    exec "$java" "@$home/micro.options" "$@"
}

make_cache() {
    "$java" -XX:AOTMode=off -version >"/dev/null" 2>&1 \
        || fail "A cache needs JDK 25 or newer, and this is $("$java" -version 2>&1 | head -1)"
    rm -rf "$cache"
    mkdir "$cache"
    echo "Unpacking Payara Micro (log: $cache/log)"
    "$java" -jar "$home/payara-micro.jar" --rootdir "$cache" --outputlauncher >"$cache/log" 2>&1 \
        || fail "Payara Micro cannot be unpacked: see $cache/log"
    cp -R "$cache/config" "$cache/config.original"
    : >"$cache/lock"
    record "$@" || record "$@" || fail "The JVM has not written the cache: see $cache/log"
    identity >"$cache/made-for"
    echo "The cache is in $cache ($(du -sh "$cache" | cut -f 1))"
}

# Starts and stops Muster, and returns whether the JVM has written the cache. No requests, no profiles: with them JDK 25.0.3 often
# crashes, and profiles of a start make the code of requests slower (docs/decisions/0032-warm-up-and-cache.md).
record() {
    echo "Starting Muster"
    forget
    MUSTER_WARM_UP_MS=0 muster "$cache/launch-micro.jar" "-XX:AOTCacheOutput=$cache/muster.aot" \
        -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining "-XX:ErrorFile=$cache/crash.log" -- "$@" --autobindhttp \
        >"$cache/log" 2>&1 &
    process=$!
    seconds=0
    until grep -q 'Muster is ready' "$cache/log"; do
        kill -0 $process 2>/dev/null || fail "Muster cannot start: see $cache/log"
        if [ $seconds = "$timeout" ]; then
            kill $process
            fail "Muster was not ready within $timeout s: see $cache/log"
        fi
        seconds=$((seconds + 1))
        sleep 1
    done
    echo "Stopping Muster, and writing the cache"
    kill $process
    wait $process || true
    [ -s "$cache/muster.aot" ]
}

fail() {
    echo "$*" >&2
    exit 1
}

main "$@"
