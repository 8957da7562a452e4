# The real daemon, seen from outside.  Each runs alone too:
#   MUSTERD=build/src/daemon/musterd python3 tests/system/test_zmq_attack.py
# They need a python3 with zmq and websockets; TEST_TIMEOUT_SCALE=3 gives a slow
# machine three times as long, SHOW_LOG=1 shows what the daemon says.
SYSTEM_TESTS = \
	tests/system/test_burst.py \
	tests/system/test_cli.py \
	tests/system/test_foreign_clients.py \
	tests/system/test_http_door.py \
	tests/system/test_refusals.py \
	tests/system/test_kill.py \
	tests/system/test_switching.py \
	tests/system/test_websocket_rfc6455.py \
	tests/system/test_zmq_attack.py
TESTS += $(SYSTEM_TESTS)

# What npm installed for test_foreign_clients.
clean-local: clean-foreign-clients
clean-foreign-clients:
	rm -rf foreign-clients
.PHONY: clean-foreign-clients
