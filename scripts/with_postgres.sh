#!/usr/bin/env bash
# Usage: scripts/with_postgres.sh COMMAND [ARGUMENT…]
# Runs the command beside a PostgreSQL that lives as long as it does: FALCONET_TEST_POSTGRES is its URL.
# It listens on a Unix socket in a temporary folder only. Exits 77 where PostgreSQL is not installed.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }

# Debian keeps the server's programs out of the path, a folder for each version.
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$binaries" ] || binaries=$(dirname "$(command -v initdb || echo /absent/initdb)")
if [ ! -x "$binaries/initdb" ]; then
  echo "NOT TESTED: PostgreSQL is not installed (Debian: apt-get install postgresql)" >&2
  exit 77
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/falconet-postgres-XXXXXX")
as_server=()
if [ "$(id -u)" = 0 ]; then  # as which it refuses to run
  owner=$(id -un postgres 2>/dev/null || echo nobody)
  chown "$owner" "$folder"
  as_server=(runuser -u "$owner" --)
fi
chmod 755 "$folder"

stop() {
  "${as_server[@]}" "$binaries/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Estonian sorts Z before T: whatever depends on the order of bytes must say so itself.
cd "$folder"
"${as_server[@]}" "$binaries/initdb" --pgdata="$folder/data" --username=falconet --auth=trust \
  --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=et-EE --no-sync \
  >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
# What a crash of the machine would lose is nobody's here.
"${as_server[@]}" "$binaries/pg_ctl" -D "$folder/data" -l "$folder/data/server.log" -w -t 60 start \
  -o "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off -c full_page_writes=off" \
  >"$folder/start.log" 2>&1 || { cat "$folder/start.log" "$folder/data/server.log" >&2; exit 1; }
cd "$OLDPWD"

export FALCONET_TEST_POSTGRES="postgresql://falconet@/postgres?host=$folder"
status=0
"$@" || status=$?
exit "$status"
