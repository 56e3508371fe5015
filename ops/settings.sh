# shellcheck shell=bash disable=SC2034 # used by stack.sh and services.sh
# Sourced: DESKBELL_* from the environment, else from deskbell.env, else the defaults of a stack that runs from its own folder.
# $root is the project's folder.

# Lines KEY=value, as systemd reads them: '#' comments, the value may stand in quotes, nothing is expanded or run.
read_settings() {
	local line key value
	while IFS= read -r line || [ -n "$line" ]; do
		[[ $line =~ ^[[:space:]]*(DESKBELL_[A-Z_0-9]+)=(.*)$ ]] || continue
		key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]%$'\r'}
		[[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]] && value=${BASH_REMATCH[1]}
		[ -z "${!key+set}" ] || continue
		export "$key=$value"
		DESKBELL_ENV_SET=${DESKBELL_ENV_SET:+$DESKBELL_ENV_SET,}$key
	done <"$1"
}
settings_file=${DESKBELL_ENV:-$root/deskbell.env}
DESKBELL_ENV_SET= # the variables that came from the file: read again on SIGHUP
[ ! -e "$settings_file" ] || read_settings "$settings_file"
export DESKBELL_ENV=$settings_file DESKBELL_ENV_SET

setting() { # setting KEY DEFAULT: an empty one counts as not given
	[ -n "${!1:-}" ] || export "$1=$2"
}
setting DESKBELL_VAR "$root/var"
mkdir -p "$DESKBELL_VAR"
DESKBELL_VAR=$(cd "$DESKBELL_VAR" && pwd)
bin=${DESKBELL_BUILD:-build/release}
[[ $bin == /* ]] || bin=$root/$bin
logs=$DESKBELL_VAR/log
run=$DESKBELL_VAR/run
# A unix socket's path holds 107 bytes: a deep folder gets a short one for its sockets.
if [ ${#run} -gt 85 ]; then
	run=${TMPDIR:-/tmp}/deskbell-$(id -u)-$(sha256sum <<<"$DESKBELL_VAR" | cut -c1-12)
fi
for dir in "$run" "$logs" "$DESKBELL_VAR/tmp" "$DESKBELL_VAR/files"; do
	[ -d "$dir" ] || { mkdir -p "$dir" && chmod 700 "$dir"; }
done
[ -O "$run" ] || { echo "$run belongs to someone else" >&2; exit 1; }

own_mariadb=0 own_redis=0
[ -n "${DESKBELL_DB_URL:-}" ] || own_mariadb=1
[ -n "${DESKBELL_REDIS_URL:-}" ] || own_redis=1
setting DESKBELL_DB_URL "mysql://root@/deskbell?socket=$run/mariadb.sock"
setting DESKBELL_REDIS_URL "unix://$run/redis.sock?db=0"
setting DESKBELL_TEMPLATES "$root/templates"
setting DESKBELL_RUN "$run"
setting DESKBELL_HTDOCS "$root/htdocs"
setting DESKBELL_API_SOCKET "$run/api.sock"
setting DESKBELL_FILES_SOCKET "$run/files.sock"
setting DESKBELL_RELAY_SOCKET "$run/relay.sock"
setting DESKBELL_BIND 127.0.0.1
setting DESKBELL_PORT_CHAT 8000
setting DESKBELL_PORT_KEFU 3001
setting DESKBELL_PORT_DESK 8080
setting DESKBELL_DEMO on
setting DESKBELL_DB_MEMORY 24
setting DESKBELL_REDIS_MEMORY 64

# Descriptors: 20,000 where the system allows as many; lighttpd uses two for a WebSocket and stops accepting at 90 %.
fds=$(ulimit -Hn)
[ "$fds" != unlimited ] && [ "$fds" -lt 20000 ] || fds=20000
ulimit -Sn "$fds"
setting DESKBELL_MAX_FDS "$fds"
setting DESKBELL_MAX_CONNECTIONS $((DESKBELL_MAX_FDS * 45 / 100))
health_host=$DESKBELL_BIND
case $health_host in 0.0.0.0 | '') health_host=127.0.0.1 ;; '[::]') health_host=::1 ;; esac
export DESKBELL_VAR
