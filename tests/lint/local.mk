# The house rules that a script can check, and the names of what they need.
LINT_TESTS = \
	tests/lint/check_lint.sh \
	tests/lint/check_layers.sh \
	tests/lint/check_headers.sh \
	tests/lint/check_globals.sh \
	tests/lint/check_manpages.sh
TESTS += $(LINT_TESTS)

lint: $(noinst_LIBRARIES)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(LINT_TESTS)'
.PHONY: lint
