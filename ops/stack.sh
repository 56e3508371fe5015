#!/usr/bin/env bash
# The whole stack on one machine, for `make run` and for tests (installed servers: ops/systemd).
#   stack.sh run                start all, follow the logs, restart what dies; Ctrl-C stops all
#   stack.sh start|stop [NAME…] in the background; NAME: mariadb redis api relay worker lighttpd
#   stack.sh status             processes with their memory, ports, health
#   stack.sh pids               "name pid" lines
# Settings: the environment, then deskbell.env, then the defaults here (deskbell.env.example lists them).
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=ops/settings.sh
. "$root/ops/settings.sh"
# shellcheck source=ops/services.sh
. "$root/ops/services.sh"

say() { printf '%s\n' "$*" >&2; }
die() {
	say "stack.sh: $*"
	exit 1
}

# One start or stop at a time; the servers do not inherit the lock.
lock() {
	mkdir -p "$DESKBELL_VAR"
	exec 9>"$DESKBELL_VAR/.lock"
	flock -w 120 9 || die "another start or stop is running"
}

start_all() {
	local name
	for name in "$@"; do
		# The whole stack starts on an up-to-date schema; a single process is started as it is.
		if [ "$name" = api ] && [ $# = ${#services[@]} ]; then
			migrate || die "the schema could not be brought up to date"
		fi
		alive "$name" && continue
		start_one "$name" || die "$name did not start; see $logs/$name.log"
	done
}

# Ends a process that is ours: politely, then not; then whatever is left of its session (a prefork pool's children).
stop_one() {
	local name=$1 pid patience=15 end
	pid=$(pid_of "$name")
	if alive "$name"; then
		[ "$name" = mariadb ] && patience=120
		kill -TERM "$pid" 2>/dev/null || true
		end=$((SECONDS + patience))
		while alive "$name" && [ $SECONDS -lt $end ]; do sleep 0.05; done
		if alive "$name"; then
			say "$name ignored SIGTERM for $patience s"
			kill -KILL "$pid" 2>/dev/null || true
		fi
		for left in $(ps -o pid= -s "$pid"); do kill -KILL "$left" 2>/dev/null || true; done
	fi
	rm -f "$run/$name.pid"
	case $name in api) rm -f "$DESKBELL_API_SOCKET" ;; files) rm -f "$DESKBELL_FILES_SOCKET" ;; relay) rm -f "$DESKBELL_RELAY_SOCKET" ;; esac
}

stop_all() {
	local i
	for ((i = $#; i > 0; i--)); do stop_one "${!i}"; done
}

pss_kb() { # of a process and the rest of its session
	local pid sum=0 kb
	for pid in $(pgrep -s "$1"); do
		kb=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || true)
		sum=$((sum + ${kb:-0}))
	done
	echo $sum
}

status() {
	local name pid kb total=0 bad=0 door port
	printf '%-10s %8s %5s %10s\n' process pid procs 'PSS MB'
	for name in "${services[@]}"; do
		pid=$(pid_of "$name")
		if alive "$name"; then
			kb=$(pss_kb "$pid")
			total=$((total + kb))
			printf '%-10s %8d %5d %10s\n' "$name" "$pid" "$(pgrep -c -s "$pid")" "$(mb "$kb")"
		else
			printf '%-10s %8s\n' "$name" "not running"
			bad=1
		fi
	done
	printf '%-10s %8s %5s %10s\n' sum '' '' "$(mb "$total")"
	for door in CHAT KEFU DESK; do
		port=DESKBELL_PORT_$door
		printf '%-10s http://%s:%s  %s\n' "${door,,}" "$DESKBELL_BIND" "${!port}" "$(health "${!port}")"
	done
	health "$DESKBELL_PORT_CHAT" | grep -q ' 200 ' || bad=1
	return $bad
}
mb() { awk -v kb="$1" 'BEGIN { printf "%.1f", kb / 1024 }'; }

# What /health says on a port, first line and body.
health() {
	(
		exec 3<>"/dev/tcp/$health_host/$1" || exit 1
		printf 'GET /health HTTP/1.0\r\nHost: %s:%s\r\n\r\n' "$health_host" "$1" >&3
		IFS= read -r -t 5 line <&3 || exit 1
		printf '%s ' "${line%$'\r'}"
		timeout 5 sed '1,/^\r*$/d' <&3
	) 2>/dev/null || echo unreachable
}

addresses() {
	local base=http://$DESKBELL_BIND
	cat >&2 <<-TEXT

		Deskbell is running.
		  shop with the widget   $base:$DESKBELL_PORT_CHAT/
		  agents' console        $base:$DESKBELL_PORT_CHAT/admin/
		  rooms                  $base:$DESKBELL_PORT_CHAT/rooms/   (staff and customers)
		  portal: one's files    $base:$DESKBELL_PORT_CHAT/portal/
		  API documents          $base:$DESKBELL_PORT_CHAT/docs   $base:$DESKBELL_PORT_CHAT/redoc
		  API doors              chat, rooms $base:$DESKBELL_PORT_CHAT   kefu, console $base:$DESKBELL_PORT_KEFU   desk $base:$DESKBELL_PORT_DESK
		  logs                   $logs
	TEXT
	health "$DESKBELL_PORT_CHAT" | grep -q '"demo": *true' || return 0
	cat >&2 <<-'TEXT'
		  demo accounts (password123)
		    admin@example.com       administrator
		    supervisor@example.com  supervisor
		    agent@example.com       agent
		    kefu_002@example.com, kefu001@example.com  agents
		    customer@example.com    customer
	TEXT
}

# Restarts what died; what dies again at once is tried less and less often.
supervise() {
	local name now
	local -A pause=() next=()
	while :; do
		sleep 1 &
		wait $! || true
		for name in "${services[@]}"; do
			now=$SECONDS
			if alive "$name"; then
				[ "$now" -lt $((${next[$name]:-0} + 30)) ] || pause[$name]=1
				continue
			fi
			[ "$now" -ge "${next[$name]:-0}" ] || continue
			pause[$name]=$((${pause[$name]:-1} * 2 > 60 ? 60 : ${pause[$name]:-1} * 2))
			next[$name]=$((now + pause[$name]))
			say "$name died; starting it again"
			start_one "$name" || say "$name did not start"
		done
	done
}

run_foreground() {
	! alive stack || die "already running in the foreground (pid $(pid_of stack)); make stop ends it"
	trap 'finish 0' INT TERM HUP
	trap 'finish 1' EXIT # what could not be started whole is not left there in part
	echo "$$ $(started_at $$)" >"$run/stack.pid"
	start_all "${services[@]}"
	exec 9>&-
	addresses
	say "  Ctrl-C stops everything."
	say
	tail -q -n 0 -F "$logs"/*.log 2>/dev/null &
	tail_pid=$!
	supervise
}
tail_pid=''
finish() {
	trap '' INT TERM HUP
	trap - EXIT
	say "Stopping."
	[ -z "$tail_pid" ] || kill "$tail_pid" 2>/dev/null || true
	stop_all "${services[@]}"
	rm -f "$run/stack.pid"
	exit "$1"
}

command=${1:-}
[ $# -gt 0 ] && shift
names=("$@")
[ $# -gt 0 ] || names=("${services[@]}")
case $command in
start)
	lock
	start_all "${names[@]}"
	[ $# -gt 0 ] || addresses
	;;
stop)
	# A foreground stack would start again what is stopped here: it is asked to end, and stops all itself.
	if [ $# = 0 ] && alive stack; then
		kill -TERM "$(pid_of stack)"
		while alive stack; do sleep 0.1; done
	fi
	lock
	stop_all "${names[@]}"
	;;
run)
	lock
	run_foreground
	;;
reload) # logs reopened, settings read again; a program that finds a mistake in them says so in its log and keeps the old ones
	for name in api files relay worker; do if alive "$name"; then kill -HUP "$(pid_of "$name")"; fi; done
	;;
status) status ;;
pids) for name in "${services[@]}"; do if alive "$name"; then echo "$name $(pid_of "$name")"; fi; done ;;
*) die "usage: stack.sh run | start [NAME…] | stop [NAME…] | reload | status | pids" ;;
esac
