#!/usr/bin/env bash
# restore.sh ARCHIVE: brings a backup back: all tables and files become as they were. The stack must not be running.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
die() { echo "restore.sh: $*" >&2; exit 1; }
# shellcheck source=ops/settings.sh
. "$root/ops/settings.sh"
# shellcheck source=ops/services.sh
. "$root/ops/services.sh"
archive=${1:-}
[ -r "$archive" ] || die "usage: restore.sh ARCHIVE"
for name in api files relay worker; do ! alive "$name" || die "$name is running: make stop first"; done

[[ $DESKBELL_DB_URL =~ ^mysql://([^:@]*)(:([^@]*))?@([^:/]*)(:([0-9]+))?/([^?]*)(\?socket=(.*))?$ ]] || die "DESKBELL_DB_URL is not understood"
user=${BASH_REMATCH[1]} password=${BASH_REMATCH[3]} host=${BASH_REMATCH[4]} port=${BASH_REMATCH[6]} database=${BASH_REMATCH[7]} socket=${BASH_REMATCH[9]}
client=$(command -v mariadb || command -v mysql) || die "no mariadb or mysql client"
db() {
	local where=(--host="$host" --port="${port:-3306}")
	[ -z "$socket" ] || where=(--socket="$socket")
	MYSQL_PWD=$password "$client" --no-defaults "${where[@]}" --user="$user" --default-character-set=utf8mb4 --skip-column-names "$@"
}

work=$(mktemp -d "$DESKBELL_VAR/tmp/restore.XXXXXX")
started=0
finish() {
	rm -rf "$work"
	[ "$started" = 0 ] || "$root/ops/stack.sh" stop mariadb
}
trap finish EXIT
tar --extract --gzip --file "$archive" --directory "$work"
[ -s "$work/tables.sql" ] || die "$archive holds no tables.sql"
if [ "$own_mariadb" = 1 ] && ! alive mariadb; then
	"$root/ops/stack.sh" start mariadb || die "mariadb did not start"
	started=1
fi

# What is not in the backup must be gone too.
{
	echo "SET FOREIGN_KEY_CHECKS = 0;"
	db --execute="SELECT CONCAT('DROP TABLE \`', table_name, '\`;') FROM information_schema.tables WHERE table_schema = '$database'"
} | db "$database"
db "$database" <"$work/tables.sql"

mkdir -p "$work/files"
for kept in export backup; do [ ! -d "$DESKBELL_VAR/files/$kept" ] || mv "$DESKBELL_VAR/files/$kept" "$work/files/$kept"; done
rm -rf "$DESKBELL_VAR/files"
mv "$work/files" "$DESKBELL_VAR/files"
# Redis remembers what was there before. Our own one forgets when it stops.
if { [ "$own_redis" = 0 ] || alive redis; } && command -v redis-cli >/dev/null; then
	address=(-u "$DESKBELL_REDIS_URL")
	[[ $DESKBELL_REDIS_URL =~ ^unix://([^?]*)(\?db=([0-9]+))? ]] && address=(-s "${BASH_REMATCH[1]}" -n "${BASH_REMATCH[3]:-0}")
	redis-cli "${address[@]}" --scan --pattern 'deskbell:*' | xargs -r -d '\n' redis-cli "${address[@]}" DEL >/dev/null
fi
"$bin/deskbell-worker" migrate
db "$database" --execute="UPDATE backups SET status = 3 WHERE status < 2" # the one that was being made then
echo "restored $(db --execute="SELECT COUNT(*) FROM messages" "$database") messages from $archive"
