/* notify - telling the service manager (systemd's sd_notify protocol: a
 * datagram to the socket named by NOTIFY_SOCKET). */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

/* "READY=1", "STOPPING=1".  Nothing happens when nobody asked. */
void notify(const char *state);

#endif
