# Facts about the wire contract, the same for every transport and for one lane
# and several: tests/conformance/suite.py.  Python with zmq and websockets, else
# they are skipped.
CONFORMANCE_TESTS = \
	tests/conformance/test_attach.py \
	tests/conformance/test_churn.py \
	tests/conformance/test_commands.py \
	tests/conformance/test_delivery.py \
	tests/conformance/test_history.py \
	tests/conformance/test_ingress.py \
	tests/conformance/test_liveness.py \
	tests/conformance/test_mailbox.py \
	tests/conformance/test_overflow.py \
	tests/conformance/test_presence.py \
	tests/conformance/test_receipts.py \
	tests/conformance/test_requests.py \
	tests/conformance/test_resume.py \
	tests/conformance/test_send.py \
	tests/conformance/test_shutdown.py \
	tests/conformance/test_slow.py \
	tests/conformance/test_stores.py
TESTS += $(CONFORMANCE_TESTS)
