# shellcheck shell=bash disable=SC2154 # $root $run $logs $bin … come from settings.sh
# Sourced by stack.sh: how each process is started, found again and known to be ready. In the order of starting.
services=(api files relay worker lighttpd)
[ "$own_redis" = 0 ] || services=(redis "${services[@]}")
[ "$own_mariadb" = 0 ] || services=(mariadb "${services[@]}")

# A process is known by its number and the time it was started, so that a number used again is never taken for it.
started_at() { sed -n 's/^.*) //p' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }
pid_of() { [ -e "$run/$1.pid" ] && cut -d' ' -f1 "$run/$1.pid" || echo 0; }
alive() {
	local pid start
	read -r pid start 2>/dev/null <"$run/$1.pid" || return 1
	[ -n "$start" ] && [ "$(started_at "$pid")" = "$start" ]
}

trap '' XFSZ # a file that may grow no further is a full disk to who writes it, not its end
launch() { # launch NAME COMMAND …: in a session of its own, output to its log, the stack's lock not inherited
	local name=$1 pid
	shift
	setsid "$@" </dev/null >>"$logs/$name.log" 2>&1 9>&- &
	pid=$!
	disown "$pid"
	echo "$pid $(started_at "$pid")" >"$run/$name.pid"
}

# until_ready NAME SECONDS COMMAND …: waits until the command succeeds; false when the process died or the time is over
until_ready() {
	local name=$1 end=$((SECONDS + $2))
	shift 2
	until "$@" >/dev/null 2>&1; do
		if ! alive "$name" || [ $SECONDS -ge $end ]; then
			tail -n 20 "$logs/$name.log" >&2
			return 1
		fi
		sleep 0.05
	done
}

start_one() { "start_$1"; }

as_root() { [ "$(id -u)" = 0 ] && echo --user=root; }

# A data directory is made once; with DESKBELL_DB_TEMPLATE it is copied from there (tests: many stacks, one mariadb-install-db).
mariadb_install() {
	local dir=$1 new=$1.new.$$
	rm -rf "$new"
	# shellcheck disable=SC2046 # nothing or one word
	mariadb-install-db --no-defaults $(as_root) --datadir="$new" --auth-root-authentication-method=normal --skip-test-db \
		--skip-name-resolve --innodb-log-file-size=48M --innodb-buffer-pool-size=16M >"$logs/mariadb-install.log" 2>&1 ||
		{ tail -n 20 "$logs/mariadb-install.log" >&2; return 1; }
	# Its blocks are written once: a commit into one that is only reserved waits for the file system's notes too.
	cp --sparse=never --preserve=all "$new/ib_logfile0" "$new/log" && mv "$new/log" "$new/ib_logfile0"
	mv "$new" "$dir"
}
mariadb_data() {
	local data=$DESKBELL_VAR/mariadb template=${DESKBELL_DB_TEMPLATE:-}
	[ ! -d "$data" ] || return 0
	if [ -z "$template" ]; then
		mariadb_install "$data"
		return
	fi
	(
		flock 8
		[ -d "$template" ] || mariadb_install "$template"
	) 8>"$template.lock" && cp -a --reflink=auto "$template" "$data"
}
# No network, no permissions but the folder's; commits are durable; memory is kept small (DESKBELL_DB_MEMORY, MiB of buffer pool).
# A scan depth of its default would keep half of so small a pool free, evicting and reading pages again all the time; pages that are
# read again at once stay too, or a list of more pages than a third of the pool would be read from the disk each time; with a small
# log pages are written again and again while a commit waits for the same disk. 28 MB of log are recovered in half a second.
start_mariadb() {
	local socket=$run/mariadb.sock
	mariadb_data || return 1
	# shellcheck disable=SC2046 # nothing or one word
	MALLOC_ARENA_MAX=1 launch mariadb mariadbd --no-defaults $(as_root) --datadir="$DESKBELL_VAR/mariadb" --socket="$socket" \
		--pid-file="$run/mariadb.server.pid" --skip-networking --skip-name-resolve --skip-log-bin --skip-external-locking \
		--tmpdir="$DESKBELL_VAR/tmp" --character-set-server=utf8mb4 --performance-schema=OFF --max-connections=120 \
		--innodb-buffer-pool-size="${DESKBELL_DB_MEMORY}M" --innodb-flush-log-at-trx-commit=1 --innodb-log-file-size=48M \
		--innodb-adaptive-flushing-lwm=60 --innodb-lru-scan-depth=128 --innodb-old-blocks-time=0 --innodb-log-buffer-size=2M \
		--innodb-ft-cache-size=1600000 --innodb-ft-total-cache-size=32000000 --innodb-purge-threads=1 --innodb-read-io-threads=2 --innodb-write-io-threads=2 --innodb-stats-persistent-sample-pages=8 \
		--key-buffer-size=64K --aria-pagecache-buffer-size=1M --aria-sort-buffer-size=1M --myisam-sort-buffer-size=1M \
		--query-cache-type=0 --query-cache-size=0 --table-open-cache=256 --table-open-cache-instances=1 --table-definition-cache=400 \
		--thread-stack=256K --thread-cache-size=4 --tmp-table-size=4M --max-heap-table-size=4M --join-buffer-size=128K --sort-buffer-size=256K
	until_ready mariadb 90 sql 'SELECT 1' && sql 'CREATE DATABASE IF NOT EXISTS deskbell CHARACTER SET utf8mb4'
}
sql() { mariadb --no-defaults --socket="$run/mariadb.sock" --user=root --skip-column-names --execute="$1"; }

start_redis() {
	mkdir -p "$DESKBELL_VAR/redis"
	launch redis redis-server --port 0 --unixsocket "$run/redis.sock" --unixsocketperm 600 --dir "$DESKBELL_VAR/redis" --daemonize no \
		--save '' --appendonly no --maxmemory "${DESKBELL_REDIS_MEMORY}mb" --maxmemory-policy volatile-ttl --databases 2 \
		--client-output-buffer-limit "pubsub 256mb 64mb 60" --loglevel notice
	until_ready redis 20 redis-cli -s "$run/redis.sock" PING
}

# The schema is brought up to date before anything uses it; demo data goes into an empty database only.
migrate() {
	local job jobs=(migrate demo)
	[ "$DESKBELL_DEMO" != off ] || jobs=(migrate)
	for job in "${jobs[@]}"; do
		"$bin/deskbell-worker" "$job" >>"$logs/migrate.log" 2>&1 || { tail -n 20 "$logs/migrate.log" >&2; return 1; }
	done
}
start_api() {
	rm -f "$DESKBELL_API_SOCKET"
	launch api "$bin/api.fcgi"
	until_ready api 30 test -S "$DESKBELL_API_SOCKET"
}
start_files() {
	rm -f "$DESKBELL_FILES_SOCKET"
	launch files "$bin/files.fcgi"
	until_ready files 30 test -S "$DESKBELL_FILES_SOCKET"
}
start_relay() {
	rm -f "$DESKBELL_RELAY_SOCKET"
	launch relay "$bin/deskbell-relay"
	until_ready relay 30 test -S "$DESKBELL_RELAY_SOCKET"
}
start_worker() {
	launch worker "$bin/deskbell-worker" run
}
start_lighttpd() {
	"$bin/api.fcgi" --error-pages "$DESKBELL_VAR/errors" || return 1
	launch lighttpd lighttpd -D -f "$root/lighttpd.conf"
	until_ready lighttpd 20 listening "$DESKBELL_PORT_CHAT" && listening "$DESKBELL_PORT_KEFU" && listening "$DESKBELL_PORT_DESK"
}
listening() { (exec 3<>"/dev/tcp/$health_host/$1") 2>/dev/null; }
