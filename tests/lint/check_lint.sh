#!/bin/sh
# The lint scripts themselves: a small tree that keeps the rules passes, and
# each broken rule is refused.  A check that cannot fail checks nothing.
set -u
export LC_ALL=C
lint=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d) || exit 99
trap 'rm -rf "$tree"' EXIT
passed=0 failed=0

good_tree() {
	rm -rf "${tree:?}"/*
	mkdir -p "$tree/include/muster" "$tree/src/base" "$tree/src/core" "$tree/src/hub" "$tree/src/protocol"
	printf '/* One. */\nint one(void);\nint two(void);\n\nstruct s { int (*call)(void); };\n' > "$tree/include/muster/one.h"
	printf '#include "muster/one.h"\n#include "base/two.h"\n#include <stdint.h>\n' > "$tree/src/core/core.c"
	printf '#include "muster/one.h"\nint x;\n' > "$tree/src/hub/hub.c"
	printf '#include <openssl/evp.h>\n' > "$tree/src/base/two.c"
	printf 'int other(void);\n' > "$tree/src/base/two.h"
	printf '#include "base/two.h"\n' > "$tree/src/protocol/text.c"
}

# expect "name of the fact" wanted-exit script [words its answer must hold]
expect() {
	said=$("$3" "$tree" 2>&1)
	code=$?
	if [ "$code" -eq "$2" ] && printf '%s' "$said" | grep -qF -- "${4:-}"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1: exit $code, wanted $2 and '${4:-}' in:"
		printf '%s\n' "$said" | sed 's/^/    /'
	fi
	good_tree
}

layers=$lint/check_layers.sh
good_tree
expect "a tree that keeps the rules passes" 0 "$layers"
echo '#include "protocol/text.h"' >> "$tree/src/core/core.c"
expect "core may not include protocol" 1 "$layers" 'src/core/core.c:4: core may not include "protocol/text.h"'
echo '#include "hub/hub.h"' > "$tree/src/base/bad.h"
expect "base may include nobody" 1 "$layers" 'base may not include'
echo '#include "lane/lane.h"' >> "$tree/src/hub/hub.c"
expect "the hub may not include a lane" 1 "$layers" 'hub may not include "lane/lane.h"'
echo '#include "hub/hub.h"' >> "$tree/include/muster/one.h"
expect "a shared header may include base alone" 1 "$layers" 'muster may not include "hub/hub.h"'
echo '#include "two.h"' >> "$tree/src/base/two.c"
expect "includes are rooted at src" 1 "$layers" 'not rooted'
mkdir "$tree/src/util"; echo 'int x;' > "$tree/src/util/util.c"
expect "an unknown folder is refused" 1 "$layers" 'src/util is not in the table'
for pair in libwebsockets.h:hub microhttpd.h:hub zmq.h:hub sqlite3.h:core hiredis/hiredis.h:hub jwt.h:base \
	confuse.h:hub uv.h:protocol json-c/json.h:protocol openssl/evp.h:protocol; do
	header=${pair%%:*} folder=${pair##*:}
	echo "  #  include <$header>" >> "$tree/src/$folder/outside.c"
	expect "$folder may not include <$header>" 1 "$layers" "$folder may not include <$header>"
done
echo '#include <pthread.h>' >> "$tree/src/core/core.c"
expect "core has no threads" 1 "$layers" 'core is pure'
echo '#include "base/log.h"' >> "$tree/src/core/core.c"
expect "core does not log" 1 "$layers" 'core is pure'
echo '#ifdef WITH_THIS' >> "$tree/src/protocol/text.c"
expect "protocol has no ifdef" 1 "$layers" 'no #ifdef'
rm -rf "$tree/src" "$tree/include"
expect "an empty tree is skipped" 77 "$layers"

headers=$lint/check_headers.sh
if ${CC:-cc} --version >/dev/null 2>&1; then
	expect "good headers pass" 0 "$headers"
	echo 'size_t lonely;' >> "$tree/src/base/two.h"
	expect "a header that leans on others is refused" 1 "$headers" 'src/base/two.h: does not compile alone'
	printf '\nint three(int a,\n\tint b);\n' >> "$tree/include/muster/one.h"
	expect "a prototype without a comment is refused" 1 "$headers" 'include/muster/one.h:7: no comment above: int three(int a, int b);'
	printf '\nint three(void); /* three */\nint four(void);\n' >> "$tree/include/muster/one.h"
	expect "one comment speaks for its paragraph" 0 "$headers"
	rm "$tree/src/hub/hub.c"
	expect "a shared header of one folder is refused" 1 "$headers" 'include/muster/one.h: used by src/core alone'
	echo 'enum { TWO };' > "$tree/include/muster/two.h"
	expect "a shared header of nobody is refused" 1 "$headers" 'include/muster/two.h: used by nobody'
	echo 'enum { TWO };' > "$tree/include/muster/two.h"
	echo '#include "muster/two.h"' >> "$tree/include/muster/one.h"
	expect "use through another shared header counts" 0 "$headers"
fi

globals=$lint/check_globals.sh
compile() {
	printf '%s\n' "$2" > "$tree/x.c"
	${CC:-cc} ${3:-} -c "$tree/x.c" -o "$tree/src/$1/x.o" && ar cr "$tree/src/$1/lib$1.a" "$tree/src/$1/x.o"
}
if ${CC:-cc} --version >/dev/null 2>&1 && command -v ar >/dev/null && command -v nm >/dev/null; then
	compile core 'static const int a[] = {1}; int f(int); int f(int i) { return a[i]; }'
	expect "constants pass" 0 "$globals"
	compile core 'static const char *const a[] = {"x"}; const char *f(int); const char *f(int i) { return a[i]; }' -fPIC
	expect "const tables of pointers pass" 0 "$globals"
	compile core 'static int count; int f(void); int f(void) { return count++; }'
	expect "a zero global is refused" 1 "$globals" 'count'
	compile hub 'int level = 3;'
	expect "a set global is refused" 1 "$globals" 'level'
	compile hub 'const char *names[] = {"x"};' -fPIC
	expect "a table that forgot its second const is refused" 1 "$globals" 'names'
	compile hub '_Thread_local int mine;'
	expect "a thread-local global is refused" 1 "$globals" 'mine'
	compile core 'int listener_open(void); int listener_open(void) { return 1; }'
	compile hub 'int listener_open(void); int listener_open(void) { return 2; }'
	expect "one name in two folders is refused" 1 "$globals" 'listener_open: defined in src/core/libcore.a and in src/hub/libhub.a'
	compile base 'int sink = 1;'
	compile core 'int f(void); int f(void) { return 1; }'
	expect "base may have one" 0 "$globals"
fi

# Programs that only tell what they know, and pages that tell the same.
good_programs() {
	mkdir -p "$tree/src/daemon" "$tree/src/tools" "$tree/doc"
	printf '\tX(%s, counter, "%s", "%s", "things") \\\n' ONE muster_ones_total '' \
		TWO_A muster_twos_total 'reason=\"a\"' TWO_B muster_twos_total 'reason=\"b\"' >"$tree/include/muster/counters.h"
	cat >"$tree/src/daemon/musterd" <<-'END'
		#!/bin/sh
		echo '  -c, --config FILE  read this'
		echo '  listen (list, default "x")'
		echo '  api.listen (list, default "y")'
	END
	cat >"$tree/src/tools/muster" <<-'END'
		#!/bin/sh
		case $1 in
		pub) echo '  --url URL  where' ;;
		*) echo '  pub  publish' ;;
		esac
	END
	chmod +x "$tree/src/daemon/musterd" "$tree/src/tools/muster"
	for page in muster.1 musterd.8 muster.conf.5; do
		name=${page%.*} section=${page##*.}
		printf '.Dd November 20, 2026\n.Dt %s %s\n.Os\n.Sh NAME\n.Nm %s\n.Nd test\n.Sh DESCRIPTION\n' \
			"$(echo "$name" | tr '[:lower:]' '[:upper:]')" "$section" "$name" >"$tree/doc/$page"
	done
	printf 'The flags are\n.Fl c\nand\n.Fl -config .\n' >>"$tree/doc/musterd.8"
	printf '.Bl -tag -width 8n\n.It Li muster_ones_total\nOnes.\n.It Li muster_twos_total\nTwos, by\n.Li a\nor\n.Li b .\n.El\n' \
		>>"$tree/doc/musterd.8"
	printf 'With\n.Ic pub\ngoes\n.Fl -url .\n' >>"$tree/doc/muster.1"
	printf '.Bl -tag -width 8n\n.It Ic listen\nOne.\n.It Ic listen\nTwo.\n.El\n' >>"$tree/doc/muster.conf.5"
}
manpages() { "$lint/check_manpages.sh" "$1" "$1"; }
expect "without programs the pages are not checked" 77 manpages 'not built'
if command -v mandoc >/dev/null; then
	good_programs
	expect "pages that tell what there is pass" 0 manpages
	good_programs; sed -i '/^One/{n;N;d;}' "$tree/doc/muster.conf.5"
	expect "an option without description is refused" 1 manpages 'in the page:       1 listen'
	good_programs; sed -i 's/It Ic listen/It Ic listn/' "$tree/doc/muster.conf.5"
	expect "a description without option is refused" 1 manpages 'in the page:       2 listn'
	good_programs; sed -i '/config/d' "$tree/doc/musterd.8"
	expect "a flag without description is refused" 1 manpages 'has --config, which is not described'
	good_programs; sed -i '/url/d' "$tree/doc/muster.1"
	expect "a flag of a command without description is refused" 1 manpages 'pub --help has --url'
	good_programs; sed -i "s/^\*) .*/*) echo '  pub  publish'; echo '  who  list' ;;/" "$tree/src/tools/muster"
	expect "a command without description is refused" 1 manpages 'command who is not described'
	good_programs; sed -i 's/muster_ones/muster_none/' "$tree/doc/musterd.8"
	expect "a counter without description is refused" 1 manpages 'counter muster_ones_total is not described'
	good_programs; sed -i 's/muster_ones/muster_none/' "$tree/doc/musterd.8"
	expect "a description without counter is refused" 1 manpages 'there is no counter muster_none_total'
	good_programs; sed -i 's/^\.Li b /.Li c /' "$tree/doc/musterd.8"
	expect "a reason without description is refused" 1 manpages 'muster_twos_total has b, which is not described'
	good_programs; echo '.Bogus' >>"$tree/doc/musterd.8"
	expect "bad mdoc is refused" 1 manpages 'unknown macro'
	good_programs; rm "$tree/doc/muster.1"
	expect "a missing page is refused" 1 manpages 'muster.1: missing'
fi

echo "check_lint: $passed facts hold, $failed do not"
[ "$failed" -eq 0 ]
