#!/usr/bin/env bash
# packages.sh build|run|test|bench …: installs what Debian 12 lacks for these; says nothing when all is there.
# shellcheck disable=SC2034 # the lists are reached by name
set -euo pipefail

build=(gcc make pkg-config libc6-dev libjson-c-dev libmariadb-dev libhiredis-dev libjwt-dev libsodium-dev libcurl4-openssl-dev
	libssl-dev libfcgi-dev libmagic-dev libev-dev libwslay-dev libgd-dev ca-certificates)
run=(lighttpd lighttpd-mod-deflate mariadb-server-core mariadb-client-core redis-server procps)
test=(git clang clang-format clang-tidy libclang-rt-14-dev cppcheck shellcheck chromium fonts-noto-cjk curl universal-ctags wrk openssl)
bench=(nginx-light libnginx-mod-nchan)

# Any node from 18 on will do, wherever it came from; the pages' files and the tests use it, an installed server does not.
node_ok() { command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null; }

wanted=()
for group in "$@"; do
	declare -n list=$group
	wanted+=("${list[@]}")
done
if ! command -v dpkg-query >/dev/null; then
	echo "packages.sh: not a Debian system; needed are the equivalents of: ${wanted[*]} nodejs npm" >&2
	exit 0
fi
have=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' 2>/dev/null | awk '$1 == "ii" { print $2 }')
missing=$(comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) <(sort -u <<<"$have"))
node_ok || missing+=$'\nnodejs\nnpm'
missing=$(xargs <<<"$missing")
[ -z "$missing" ] && exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "packages.sh: please install as root: apt-get install $missing" >&2
		exit 1
	fi
	as_root=(sudo)
fi
echo "Installing: $missing" >&2
# Deskbell starts servers of its own: the system's, new here, need not start. An existing policy is left as it is.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
	"${as_root[@]}" chmod 755 $policy
	trap '"${as_root[@]}" rm -f $policy' EXIT
fi
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086 # a list of words
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
