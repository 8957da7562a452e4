#!/bin/sh
# Every fuzz target is fed its corpus: what once went wrong stays right.
set -u
top=${top_srcdir:-.}
build=${top_builddir:-.}
status=0
targets=0
for corpus in "$top"/tests/fuzz/corpus/*/; do
	target=$(basename "$corpus")
	program=$build/tests/fuzz/fuzz_${target}_replay
	targets=$((targets + 1))
	case " ${FUZZ_NOT_BUILT:-} " in *" $target "*)
		echo "$target: left out, configure did not find what it is compared with"
		continue ;;
	esac
	if [ ! -x "$program" ]; then
		echo "replay: $program is missing: name it in tests/fuzz/local.mk"
		status=1
		continue
	fi
	printf '%s: ' "$target"
	"$program" "$corpus" || status=1
done
[ "$targets" -gt 0 ] || { echo "replay: no corpus under $top/tests/fuzz"; exit 99; }
exit $status
