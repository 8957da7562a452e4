# shellcheck shell=sh disable=SC2034
# What Debian (12 and newer, and what descends from it) calls the things that
# Muster is built and tested with.  Sourced by the other scripts.
packages_build="gcc libc6-dev make autoconf automake pkg-config \
libwebsockets-dev libwebsockets-evlib-uv libmicrohttpd-dev libzmq3-dev \
libjson-c-dev libuv1-dev libconfuse-dev libsqlite3-dev libssl-dev"
packages_test="libcunit1-dev binutils mandoc python3 python3-zmq \
python3-websockets curl xz-utils"

# missing_packages PACKAGE...: those that are not installed, on one line.
# Nothing on a system without dpkg, where configure asks for the libraries.
missing_packages() {
	command -v dpkg-query >/dev/null || return 0
	for package in "$@"; do
		case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
		*ii*) ;;
		*) printf '%s ' "$package" ;;
		esac
	done
}

# need_packages PACKAGE...: install what is missing, or say how to.
need_packages() {
	missing=$(missing_packages "$@")
	missing=${missing% }
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "These packages are missing. Install them, then start this again:" >&2
		echo "    sudo apt-get install $missing" >&2
		return 1
	fi
	echo "Installing Debian packages: $missing"
	apt_log=$(mktemp)
	# shellcheck disable=SC2086
	if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } \
		>"$apt_log" 2>&1 </dev/null; then
		rm -f "$apt_log"
		return 0
	fi
	tail -n 20 "$apt_log" >&2
	rm -f "$apt_log"
	echo "apt-get could not install: $missing" >&2
	return 1
}
