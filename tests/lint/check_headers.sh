#!/bin/sh
# Headers are small, self-sufficient and documented:
#  - each compiles alone;
#  - in include/muster each prototype has a comment: above
#    it, beside it, or one for the paragraph it stands in;
#  - include/muster holds a header only when more than one folder of src
#    includes it, directly or through another header.
#
# usage: check_headers.sh [top of the source tree]
set -u
export LC_ALL=C
top=${1:-${top_srcdir:-.}}
cd "$top" || exit 99
headers=$(find src include/muster -name '*.h' 2>/dev/null | sort)
[ -n "$headers" ] || { echo "check_headers: no headers under $top"; exit 77; }
bad=0

# Alone.  All in one go while they are right; one by one to name the wrong ones.
alone() {
	# shellcheck disable=SC2086
	$CC -std=gnu11 -D_GNU_SOURCE= -Wall -Wextra -Wno-unused -Werror -fsyntax-only -Isrc -Iinclude $LINT_CPPFLAGS \
		-include "$1" -x c /dev/null 2>&1
}
CC=${CC:-cc}
LINT_CPPFLAGS=${LINT_CPPFLAGS:-}
# shellcheck disable=SC2086
if $CC --version >/dev/null 2>&1; then
	for header in $headers; do
		if ! said=$(alone "$header"); then
			echo "$header: does not compile alone"
			echo "$said" | head -5
			bad=$((bad + 1))
		fi
	done
	skipped=
else
	skipped=" (not compiled: no compiler '$CC')"
fi

# Comments.  A paragraph goes from blank line to blank line; an inline function
# shows what it does.
undocumented=$(find include/muster -name '*.h' | sort | xargs awk '
function end_paragraph(   i) {
	if (!commented)
		for (i = 1; i <= count; i++) print prototype[i]
	count = 0; commented = 0; statement = ""
}
function refuse(text) {
	gsub(/[ \t]+/, " ", text)
	prototype[++count] = sprintf("%s:%d: no comment above:%s", FILENAME, at, text)
}
FNR == 1 { end_paragraph(); depth = 0; in_comment = 0 }
{
	line = $0
	if (in_comment) {
		if (line !~ /\*\//) next
		sub(/^.*\*\//, "", line)
		in_comment = 0
	} else if (line ~ /^[ \t]*$/ && depth == 0) {
		end_paragraph()
		next
	}
	if (line ~ /\/\*/ && depth == 0) commented = 1
	while (match(line, /\/\*[^*]*\*+([^\/*][^*]*\*+)*\//))
		line = substr(line, 1, RSTART - 1) substr(line, RSTART + RLENGTH)
	if (line ~ /\/\*/) { sub(/\/\*.*$/, "", line); in_comment = 1 }
	if (line ~ /^[ \t]*#/ || line ~ /^[ \t]*$/) next
	if (statement == "") at = FNR
	statement = statement " " line
	depth += gsub(/\{/, "{", line) - gsub(/\}/, "}", line)
	if (depth == 0 && line ~ /[;}][ \t]*$/) {
		if (statement ~ /\(/ && statement !~ /^ (struct|union|enum)[ \t]*[a-z_0-9]*[ \t]*\{/ &&
		    statement !~ /^ (typedef|static inline|_Static_assert)/)
			refuse(statement)
		statement = ""
	}
}
END { end_paragraph() }') || exit 99
if [ -n "$undocumented" ]; then
	echo "$undocumented"
	bad=$((bad + $(echo "$undocumented" | wc -l)))
fi

# Shared by more than one folder.
lonely=$(for file in $(find src include/muster -name '*.[ch]' | sort); do
	case $file in
	include/*) from=muster/$(basename "$file") ;;
	*) from=${file#src/}; from=${from%%/*} ;;
	esac
	sed -n 's,^[ 	]*#[ 	]*include[ 	]*"\(muster/[^"]*\)".*,\1,p' "$file" |
		while read -r header; do echo "$header $from"; done
done | sort -u | awk '
{ users[$1] = users[$1] " " $2; from[NR] = $2; to[NR] = $1 }
$2 !~ /\// { folder[$1, $2] = 1; folders[$2] = 1 }
END {
	# a folder that includes a header includes what that header includes
	for (changed = 1; changed; ) {
		changed = 0
		for (i = 1; i <= NR; i++) if (from[i] ~ /\//) for (f in folders)
			if (((from[i], f) in folder) && !((to[i], f) in folder)) { folder[to[i], f] = 1; changed = 1 }
	}
	while (("ls include/muster" | getline name) > 0) {
		if (name !~ /\.h$/) continue
		n = 0; who = ""
		for (f in folders) if (("muster/" name, f) in folder) { n++; who = f }
		if (n < 2)
			printf "include/muster/%s: used by %s: move it beside its source\n", name, n ? "src/" who " alone" : "nobody"
	}
}')
if [ -n "$lonely" ]; then
	echo "$lonely"
	bad=$((bad + $(echo "$lonely" | wc -l)))
fi

# shellcheck disable=SC2086
echo "check_headers: $(set -- $headers; echo $#) headers, $bad broken rules$skipped"
[ "$bad" -eq 0 ] || exit 1
[ -z "$skipped" ] || exit 77
