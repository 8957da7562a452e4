#!/bin/sh
# Turn a file into C source that holds its bytes:
#
#     embed.sh NAME FILE > NAME.c
#
# defines `const unsigned char NAME[]` and `const size_t NAME_size`.  The
# source includes "transport/NAME.h", which declares both.
set -eu
export LC_ALL=C
[ $# -eq 2 ] || { echo "usage: $0 NAME FILE" >&2; exit 2; }
name=$1
file=$2
[ -r "$file" ] || { echo "$0: cannot read $file" >&2; exit 1; }

printf '/* Made from %s by contrib/embed.sh. */\n' "$(basename "$file")"
printf '#include "transport/%s.h"\n\nconst unsigned char %s[] = {\n' "$name" "$name"
od -An -v -tx1 "$file" | awk '{ for (i = 1; i <= NF; i++) printf "0x%s,", $i; print "" }'
printf '};\nconst size_t %s_size = sizeof %s;\n' "$name" "$name"
