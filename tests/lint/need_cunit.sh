#!/bin/sh
# Stands in for the unit tests where CUnit is missing, so that `make check`
# cannot look as if they had passed.
echo "CUnit is missing, so NONE of the unit tests ran."
echo "Install it (Debian: libcunit1-dev, RPM: CUnit-devel) and configure again."
exit 1
