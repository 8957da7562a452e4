#!/bin/sh
# Stands in for python3 where there is none with the modules that the tests
# against the running daemon need.
echo "skipped: no python3 with zmq and websockets (Debian: python3-zmq, python3-websockets; RPM: python3-pyzmq, python3-websockets)"
exit 77
