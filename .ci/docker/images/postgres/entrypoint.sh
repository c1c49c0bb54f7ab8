#!/bin/bash
# Starts the server as user postgres. Of the public image's variables it reads those
# that a test sets:
#   POSTGRES_USER (postgres), POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, POSTGRES_DB (the user's name)
# Unlike there, no second server runs while the cluster is made: the first one that
# answers on the network is the one to use.
set -euo pipefail

# Other commands (`docker run IMAGE psql`) run as they are.
[ "${1:-}" = postgres ] || exec "$@"
shift

as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)
if [ "$(id -u)" != 0 ]; then
    as_postgres=()
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=${POSTGRES_USER:-postgres}
    password=${POSTGRES_PASSWORD:-}
    [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
    [ -n "$password" ] || { echo "POSTGRES_PASSWORD is not set" >&2; exit 1; }
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$PGDATA"
    chmod 700 "$PGDATA"
    secret=$(mktemp)
    printf '%s\n' "$password" > "$secret"
    [ "$(id -u)" != 0 ] || chown postgres "$secret"
    "${as_postgres[@]}" initdb -D "$PGDATA" -U "$user" --pwfile="$secret" \
        --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync > /dev/null
    rm "$secret"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    if [ "${POSTGRES_DB:-$user}" != postgres ]; then
        echo "CREATE DATABASE \"${POSTGRES_DB:-$user}\"" | "${as_postgres[@]}" postgres --single -D "$PGDATA" postgres > /dev/null
    fi
fi

exec "${as_postgres[@]}" postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/run/postgresql "$@"
