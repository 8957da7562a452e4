#!/bin/sh
# The man pages describe what there is: every option of the configuration and
# no other, every flag, every command, every counter; and they are good mdoc.
#
# usage: check_manpages.sh [top of the source tree [top of the build tree]]
set -u
export LC_ALL=C
top=${1:-${top_srcdir:-.}}
build=${2:-${top_builddir:-.}}
musterd=$build/src/daemon/musterd
muster=$build/src/tools/muster
bad=0
refuse() { echo "$1"; bad=$((bad + 1)); }

[ -x "$musterd" ] || { echo "check_manpages: $musterd is not built"; exit 77; }
pages="$top/doc/musterd.8 $top/doc/muster.1 $top/doc/muster.conf.5"
for page in $pages; do
	[ -f "$page" ] || refuse "$page: missing"
done

# Words of a page without mdoc's escapes: \- is a minus, \& is nothing.
words() { sed 's/\\-/-/g; s/\\&//g' "$1" 2>/dev/null; }

# One option a line, as --help lists them: "  bus.sub (list, default ...)".
options() { "$musterd" --help </dev/null 2>/dev/null | sed -n 's/^  \([a-z][a-z_.]*\) (.*/\1/p'; }
names=$(options)
if [ -z "$names" ]; then
	refuse "musterd --help lists no options"
fi
# In the page they are ".It Ic sub", in their section's list: so as often as
# there are options of that name, and no others.
page=$top/doc/muster.conf.5
described=$(words "$page" | sed -n 's/^\.It Ic \([a-z][a-z_]*\).*/\1/p' | sort | uniq -c)
known=$(options | sed 's/^.*\.//' | sort | uniq -c)
if [ "$described" != "$known" ]; then
	refuse "doc/muster.conf.5 does not describe the options that musterd --help lists:"
	known_file=$(mktemp) && described_file=$(mktemp) || exit 99
	echo "$known" >"$known_file"
	echo "$described" >"$described_file"
	diff -U 0 "$known_file" "$described_file" | sed -n 's/^-\( *[0-9]\)/    in the table:\1/p; s/^+\( *[0-9]\)/    in the page: \1/p'
	rm -f "$known_file" "$described_file"
fi

# -x and --long of --help, in the page as "Fl x" and "Fl -long".
flags() { "$@" --help </dev/null 2>&1 | grep -oE '(^|[^a-zA-Z0-9-])--?[a-zA-Z][a-zA-Z-]*' | sed 's/^[^-]*//' | sort -u; }
check_flags() {
	page=$1
	shift
	for flag in $(flags "$@"); do
		words "$page" | grep -qE -- "(Fl ${flag#-}|${flag})([^a-zA-Z-]|\$)" ||
			refuse "${page#"$top"/}: $* --help has $flag, which is not described"
	done
}
check_flags "$top/doc/musterd.8" "$musterd"
if [ -x "$muster" ]; then
	check_flags "$top/doc/muster.1" "$muster"
	# its subcommands: the indented words of its help
	for tool in $("$muster" --help </dev/null | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
		words "$top/doc/muster.1" | grep -qw -- "$tool" || refuse "doc/muster.1: command $tool is not described"
		check_flags "$top/doc/muster.1" "$muster" "$tool"
	done
fi

# The counters: a family is ".It Li muster_..", and between it and the next stands
# each value of its label.
counters=$top/include/muster/counters.h
page=$top/doc/musterd.8
rows=$(sed -n 's/^\tX([A-Z0-9_]*, [a-z]*, "\([a-z_]*\)", "\([^,]*\)",.*/\1 \2/p' "$counters" | sed 's/ "$//; s/[\\"]//g; s/=/ /')
[ -n "$rows" ] || refuse "include/muster/counters.h lists no counters"
for family in $(echo "$rows" | cut -d ' ' -f 1 | sort -u); do
	text=$(words "$page" | awk -v it=".It Li $family" '$0 == it { on = 1; next } /^\.It |^\.El/ { on = 0 } on')
	[ -n "$text" ] || { refuse "doc/musterd.8: counter $family is not described"; continue; }
	for value in $(echo "$rows" | awk -v family="$family" '$1 == family { print $3 }'); do
		echo "$text" | grep -qE "^\\.Li (.* )?$value( |\$)" ||
			refuse "doc/musterd.8: counter $family has $value, which is not described"
	done
done
for family in $(words "$page" | sed -n 's/^\.It Li \(muster_[a-z_]*\)$/\1/p'); do
	echo "$rows" | grep -q "^$family\( \|\$\)" || refuse "doc/musterd.8: there is no counter $family"
done

if command -v mandoc >/dev/null; then
	for page in $pages; do
		[ -f "$page" ] || continue
		said=$(mandoc -Tlint -Wwarning "$page" 2>&1) || refuse "$said"
	done
	skipped=
else
	skipped=" (pages not linted: no mandoc)"
fi

echo "check_manpages: $(echo "$names" | grep -c .) options, $bad broken rules$skipped"
[ "$bad" -eq 0 ] || exit 1
[ -z "$skipped" ] || exit 77
