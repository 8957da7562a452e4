#!/bin/sh
# Includes point one way.  The table says which folders of src a folder may
# include and which outside libraries it may use; whatever is not in it is
# refused.  Only src/daemon may include everything.
#
# usage: check_layers.sh [top of the source tree]
set -u
export LC_ALL=C
top=${1:-${top_srcdir:-.}}
cd "$top" || exit 99
files=$(find src include/muster -name '*.[ch]' 2>/dev/null | sort)
[ -n "$files" ] || { echo "check_layers: no sources under $top"; exit 77; }

# shellcheck disable=SC2086
awk '
BEGIN {
	# folder: the folders beside itself and muster that it may include
	may["muster"] = "base"
	may["base"] = ""
	may["core"] = "base"
	may["protocol"] = "base"
	may["store"] = "base"
	may["auth"] = "base"
	may["config"] = "base"
	may["hub"] = "base core protocol"
	may["lane"] = "base protocol"
	may["transport"] = "base protocol"
	may["bus"] = "base protocol"
	may["api"] = "base protocol"
	may["tools"] = "base protocol"
	may["daemon"] = "api auth base bus config core hub lane protocol store tools transport"

	# header of an outside library: the folders that may include it
	library["^libwebsockets\\.h$|^libwebsockets/|^lws_config\\.h$"] = "transport tools"
	library["^microhttpd\\.h$"] = "transport api"
	library["^zmq\\.h$|^zmq_utils\\.h$"] = "bus tools"
	library["^sqlite3\\.h$|^hiredis/|^hiredis\\.h$"] = "store"
	library["^jwt\\.h$"] = "auth"
	library["^confuse\\.h$"] = "config"
	library["^uv\\.h$|^uv/"] = "lane daemon"
	library["^json-c/|^json\\.h$"] = "nobody" # but tests/fuzz
	library["^openssl/"] = "base"

	# what would make a pure folder impure
	impure = "^(unistd|fcntl|poll|pthread|threads|signal|time|syslog)\\.h$|^sys/|^netinet/|^arpa/|^net/"
	impure_own = "^base/(log|clock|inbox)\\.h$"
}

function has(list, word) { return index(" " list " ", " " word " ") > 0 }
function refuse(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad++ }

FNR == 1 {
	split(FILENAME, part, "/")
	folder = part[1] == "include" ? "muster" : part[2]
	if (!(folder in may)) {
		refuse("folder src/" folder " is not in the table of check_layers.sh")
		may[folder] = ""
	}
	checked++
}

# No #ifdef in logic: a feature is a file, chosen in the build.
(folder == "core" || folder == "protocol") && /^[ \t]*#[ \t]*(ifdef|if[ \t]+defined)/ {
	refuse(folder " has no #ifdef: make it a file that the build chooses")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	header = $0
	sub(/^[^"]*"/, "", header); sub(/".*$/, "", header)
	owner = header
	if (header == "config.h" && folder != "config") next # what configure found out
	if (!sub(/\/.*$/, "", owner)) {
		refuse("\"" header "\" is not rooted: write \"" folder "/" header "\"")
		next
	}
	if (owner != folder && owner != "muster" && !has(may[folder], owner))
		refuse(folder " may not include \"" header "\" (it may: muster " may[folder] ")")
	if (folder == "core" && header ~ impure_own)
		refuse("core is pure: no \"" header "\"")
	if (folder == "protocol" && header == "base/log.h")
		refuse("protocol does not log: return a code")
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	header = $0
	sub(/^[^<]*</, "", header); sub(/>.*$/, "", header)
	for (pattern in library)
		if (header ~ pattern && !has(library[pattern], folder))
			refuse(folder " may not include <" header "> (only: " library[pattern] ")")
	if (folder == "core" && header ~ impure)
		refuse("core is pure: no <" header ">")
}

END {
	printf "check_layers: %d files, %d broken rules\n", checked, bad
	exit bad > 0
}' $files
