#!/usr/bin/env bash
# A replicated PostgreSQL on this machine, for tests: three nodes under Patroni, three of etcd, all on the loopback interface.
# docs/DEPLOYMENT.md says what is promised, and what differs where each node has a machine of its own.
#
#   scripts/cluster.sh up            start it, and wait until all are in it; once more, bring back what was killed
#   scripts/cluster.sh url           the address for a program
#   scripts/cluster.sh status        what each node is
#   scripts/cluster.sh kill-primary  kill every process of the node that writes, as if its machine had lost power
#   scripts/cluster.sh kill-postgres kill the server on that node alone, and leave Patroni there
#   scripts/cluster.sh down          stop it, and remove its folder
#
# OFFICE_CLUSTER_DIR is where it is kept (/tmp/office-cluster), OFFICE_CLUSTER_PORT the first of its ports (7460): nodes have
# that and the next two, Patroni the three after, etcd the six after those. Wants etcd and Patroni from the packages
# `etcd-server` and `patroni`, `ps` and `pgrep`, and PostgreSQL 14 or newer. Only processes that work in its folder are
# signalled, by their ids.
set -euo pipefail
export LC_ALL=C

folder=${OFFICE_CLUSTER_DIR:-/tmp/office-cluster}
first=${OFFICE_CLUSTER_PORT:-7460}
nodes="1 2 3"
server_port() { echo $((first + $1 - 1)); }
rest_port() { echo $((first + 2 + $1)); }
client_port() { echo $((first + 5 + $1)); }
peer_port() { echo $((first + 8 + $1)); }

complain() { echo "cluster.sh: $*" >&2; exit 1; }

# PostgreSQL refuses to run as root.
as_user=()
[ "$(id -u)" != 0 ] || as_user=(setpriv --reuid=postgres --regid=postgres --init-groups --)

programs() {
    command -v etcd >/dev/null || complain "etcd is missing: the package etcd-server has it"
    command -v patroni >/dev/null || complain "patroni is missing: the package patroni has it"
    command -v pgrep >/dev/null || complain "ps and pgrep are missing: the package procps has them"
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    [ -n "$bin" ] || bin=$(dirname "$(command -v initdb)") || complain "initdb is missing: the package postgresql has it"
}

# Whether the process of this id is one of ours: its command line names our folder. Ids are given out again.
is_ours() { [ -n "$1" ] && [ -e "/proc/$1/cmdline" ] && tr "\\0" " " 2>/dev/null <"/proc/$1/cmdline" | grep -qF "$folder/"; }
noted() { cat "$folder/$1.pid" 2>/dev/null || true; }
# The server of a node, also one that has just been started and not noted its id yet, and what Patroni runs for it.
working_at() { pgrep -f -- "(postgres|pg_rewind|pg_basebackup) .*$folder/node$1/data" || true; }

start() { # name, program and arguments
    local name=$1
    shift
    (cd "$folder" && exec "${as_user[@]}" "$@" </dev/null >>"$folder/$name.log" 2>&1) &
    echo $! >"$folder/$name.pid"
    # Nobody wants to be told when it is killed.
    disown
}

start_etcd() {
    local all="" n
    for n in $nodes; do all="$all,e$n=http://127.0.0.1:$(peer_port "$n")"; done
    for n in $nodes; do
        is_ours "$(noted "etcd$n")" && continue
        start "etcd$n" setsid etcd --name "e$n" --data-dir "$folder/etcd$n" --log-level warn \
            --listen-client-urls "http://127.0.0.1:$(client_port "$n")" \
            --advertise-client-urls "http://127.0.0.1:$(client_port "$n")" \
            --listen-peer-urls "http://127.0.0.1:$(peer_port "$n")" \
            --initial-advertise-peer-urls "http://127.0.0.1:$(peer_port "$n")" \
            --initial-cluster "${all#,}" --initial-cluster-state new
    done
}

# The shortest times that Patroni takes: ttl is at least 20, and at least loop_wait and twice retry_timeout.
configure() { # node
    local n=$1 hosts="" m
    for m in $nodes; do hosts="$hosts,127.0.0.1:$(client_port "$m")"; done
    mkdir -p "$folder/node$n"
    cat >"$folder/node$n/patroni.yml" <<END
scope: office
name: node$n
restapi: {listen: "127.0.0.1:$(rest_port "$n")", connect_address: "127.0.0.1:$(rest_port "$n")"}
etcd3: {hosts: "${hosts#,}"}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    primary_start_timeout: 0
    synchronous_mode: true
    synchronous_mode_strict: true
    synchronous_node_count: 1
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters:
        synchronous_commit: "on"
        max_connections: 200
        wal_keep_size: 256MB
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
postgresql:
  listen: "127.0.0.1:$(server_port "$n")"
  connect_address: "127.0.0.1:$(server_port "$n")"
  data_dir: $folder/node$n/data
  bin_dir: $bin
  pgpass: $folder/node$n/pgpass
  # A copy does not wait for the next checkpoint, which may be minutes away.
  basebackup: [{checkpoint: fast}]
  remove_data_directory_on_rewind_failure: true
  remove_data_directory_on_diverged_timelines: true
  authentication:
    superuser: {username: office}
    replication: {username: office}
    rewind: {username: office}
  parameters: {unix_socket_directories: "", logging_collector: "off"}
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
END
}

start_node() { # node
    is_ours "$(noted "patroni$1")" && return
    configure "$1"
    [ "$(id -u)" != 0 ] || chown -R postgres "$folder/node$1"
    start "patroni$1" setsid patroni "$folder/node$1/patroni.yml"
}

# What Patroni's own address answers.
ask() { # node, path
    (
        exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$(rest_port "$1")" || exit 0
        printf 'GET /%s HTTP/1.0\r\n\r\n' "$2" >&3
        timeout 2 cat <&3
    ) || true
}

# It says 200 if the node is what is asked for.
answers() { [[ $(ask "$1" "$2") == HTTP/*" 200 "* ]]; }

# The nodes that neither write nor are sent what is written.
missing() {
    local primary sent n
    primary=$(which_is primary) || { echo "$nodes" && return; }
    sent=$(ask "$primary" patroni | grep -o '"application_name": "[^"]*"[^}]*"state": "streaming"' || true)
    for n in $nodes; do
        [ "$n" = "$primary" ] || [[ $sent == *"\"node$n\""* ]] || echo "$n"
    done
}

# Until every node is part of it. What a node wrote alone before it was killed can keep it from joining for ever, although
# Patroni rewinds it as a rule; then it is copied anew, as `patronictl reinit` does.
await_all() {
    local deadline=$((SECONDS + 300)) patience=$((SECONDS + 30)) n
    until [ -z "$(missing)" ]; do
        [ $SECONDS -lt $deadline ] || complain "not all nodes are back after 300 seconds: see $folder/*.log"
        if [ $SECONDS -ge $patience ] && which_is primary >/dev/null; then
            for n in $(missing); do
                while is_ours "$(noted "patroni$n")" || [ -n "$(working_at "$n")" ]; do
                    kill_node "$n" patroni
                    sleep 0.1
                done
                rm -rf "$folder/node$n/data"
                start_node "$n"
            done
            patience=$((SECONDS + 120))
        fi
        sleep 0.3
    done
}

which_is() { # primary or synchronous
    local n
    for n in $nodes; do
        if answers "$n" "$1"; then echo "$n" && return; fi
    done
    return 1
}

await() { # what, seconds
    local deadline=$((SECONDS + $2))
    until which_is "$1" >/dev/null; do
        [ $SECONDS -lt $deadline ] || complain "no node is $1 after $2 seconds: see $folder/*.log"
        sleep 0.2
    done
}

up() {
    programs
    mkdir -p "$folder"
    [ "$(id -u)" != 0 ] || chown postgres "$folder"
    start_etcd
    # The first makes the database, the others copy it.
    if [ ! -e "$folder/made" ]; then
        start_node 1
        await primary 120
        touch "$folder/made"
    fi
    local n
    for n in $nodes; do start_node "$n"; done
    await primary 120
    await_all
    await synchronous 60
}

url() {
    local ports="" n
    for n in $nodes; do ports="$ports,127.0.0.1:$(server_port "$n")"; done
    echo "postgres://office@${ports#,}/postgres?target_session_attrs=read-write"
}

status() {
    local n role
    for n in $nodes; do
        role=down
        for kind in primary synchronous replica; do
            if answers "$n" "$kind"; then role=$kind && break; fi
        done
        echo "node$n port $(server_port "$n") $role"
    done
}

kill_node() { # node; "patroni" to kill that as well, first, so that it starts nothing any more
    local pid patroni
    patroni=$(noted "patroni$1")
    if [ "${2:-}" = patroni ] && is_ours "$patroni"; then kill -KILL "$patroni" 2>/dev/null || true; fi
    for pid in $(working_at "$1"); do
        # The processes of a server do not name the folder.
        # shellcheck disable=SC2046
        kill -KILL "$pid" $(ps -o pid= --ppid "$pid") 2>/dev/null || true
    done
}

kill_primary() {
    local n
    n=$(which_is primary) || complain "no node is primary"
    kill_node "$n" "${1:-}"
    echo "node$n"
}

stop() { # pid
    is_ours "$1" || return 0
    kill -TERM "$1" 2>/dev/null || true
    local turns
    for turns in $(seq 100); do
        is_ours "$1" || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null || true
}

down() {
    [ -d "$folder" ] || return 0
    local n
    # Nobody is to take over from those that go, and nothing of it is needed any more.
    for n in $nodes; do is_ours "$(noted "patroni$n")" && kill -KILL "$(noted "patroni$n")"; done 2>/dev/null || true
    for n in $nodes; do kill_node "$n"; done
    for n in $nodes; do stop "$(noted "etcd$n")"; done
    rm -rf "$folder"
}

case ${1:-} in
up) up ;;
down) down ;;
url) url ;;
status) status ;;
kill-primary) kill_primary patroni ;;
kill-postgres) kill_primary ;;
*) complain "up, down, url, status, kill-primary or kill-postgres is wanted" ;;
esac
