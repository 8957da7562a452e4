#!/bin/sh
# No mutable globals: no object outside src/daemon and src/base has a
# symbol in a writable section.  Tables of pointers that the loader fills in
# (.data.rel.ro) are const and do not count.  And since module names carry no
# project prefix: no function or table has the name of one in another folder.
#
# usage: check_globals.sh [top of the build tree]
set -u
export LC_ALL=C
top=${1:-${top_builddir:-.}}
cd "$top" || exit 99
NM=${NM:-nm}
command -v "${NM%% *}" >/dev/null || { echo "check_globals: no nm (Debian: binutils)"; exit 77; }
archives=$(find src -name '*.a' ! -path 'src/base/*' ! -path 'src/daemon/*' 2>/dev/null | sort)
objects=$(find src/tools -name '*.o' 2>/dev/null | sort)
[ -n "$archives$objects" ] || { echo "check_globals: nothing is built under $top"; exit 77; }

# shellcheck disable=SC2086
symbols=$($NM -A $archives $objects 2>/dev/null)
[ -n "$symbols" ] || { echo "check_globals: $NM found no symbols"; exit 99; }
found=$(printf '%s\n' "$symbols" | awk '
	# path:object:address type name; b d g s, small or capital, and C are writable
	NF < 2 { next }
	$(NF - 1) !~ /^[bBdDgGsSC]$/ { next }
	# what compilers and sanitizers add
	$NF ~ /^(__|\.L|DW\.ref)/ { next }
	{ print }') || exit 99
bad=0
if [ -n "$found" ]; then
	# .data.rel.ro shows as d: ask for the section before blaming it
	relro=$(for file in $archives $objects; do
		${OBJDUMP:-objdump} -t "$file" 2>/dev/null | awk '$0 ~ /\.data\.rel\.ro/ { print $NF }'
	done | sort -u)
	found=$(printf '%s\n' "$found" | RELRO=$relro awk '
		BEGIN { n = split(ENVIRON["RELRO"], list, "\n"); for (i = 1; i <= n; i++) relro[list[i]] = 1 }
		!($NF in relro)') || exit 99
fi
if [ -n "$found" ]; then
	printf '%s\n' "$found" | sed 's/:[0-9a-f]* *\([a-zA-Z]\) /: mutable global (\1) /'
	bad=$(printf '%s\n' "$found" | wc -l)
fi
# One name, one folder; the programs of src/tools and src/daemon end up in
# different files and may both have a usage().
all=$(find src -name '*.a' 2>/dev/null | sort)
# shellcheck disable=SC2086
doubled=$($NM -A -g --defined-only $all 2>/dev/null | awk '
	NF < 2 || $(NF - 1) !~ /^[TDRBV]$/ || $NF ~ /^(__|_ZZ|DW\.ref)/ { next }
	{
		archive = $1; sub(/:.*$/, "", archive)
		if (($NF in first) && first[$NF] != archive)
			print $NF ": defined in " first[$NF] " and in " archive
		else
			first[$NF] = archive
	}') || exit 99
if [ -n "$doubled" ]; then
	printf '%s\n' "$doubled"
	bad=$((bad + $(printf '%s\n' "$doubled" | wc -l)))
fi

# shellcheck disable=SC2086
echo "check_globals: $(set -- $archives $objects; echo $#) archives and objects, $bad broken rules"
[ "$bad" -eq 0 ]
