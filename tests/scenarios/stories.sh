#!/bin/sh
# Tell every story to the core.
set -u
exec "${top_builddir:-.}/tests/scenarios/run_story" "${top_srcdir:-.}"/tests/scenarios/*.story
