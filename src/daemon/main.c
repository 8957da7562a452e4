/* musterd - reads the configuration, runs the server, and waits for signals. */
#include "base/clock.h"
#include "base/log.h"
#include "config/config.h"
#include "daemon/arguments.h"
#include "daemon/descriptors.h"
#include "daemon/notify.h"
#include "daemon/server.h"

#include "muster/limits.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	HOUSEKEEPING = 5000, /* ms between looks at what can be tidied */
	DRAIN_STEP = 20,    /* ms between looks at what is left */
	DRAIN_GRACE = 2000, /* ms for the last close frames, beyond drain_time */
};

static int complain(const char *sentence, int status)
{
	fprintf(stderr, "musterd: %s\n", sentence);
	return status;
}

/* -- settings in force ----------------------------------------------------------- */

static void resolve(struct settings *s)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (!s->lanes)
		s->lanes = cores < 1 ? 1 : cores > MAX_LANES ? MAX_LANES : (uint64_t)cores;
	s->limits.connections = descriptors_connections(s->limits.connections, descriptors_raise());
	if (s->auth == AUTH_AUTO) /* config_read() has seen to it that only this host can come */
		s->auth = AUTH_OPEN;
}

static void warn(void *arg, const char *sentence)
{
	(void)arg;
	log_warning("event=config warning=\"%s\"", sentence);
}

static enum log_level level_of(const char *name)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};

	for (int i = 0; i < 4; i++)
		if (strcmp(names[i], name) == 0)
			return (enum log_level)i;
	return LOG_LEVEL_INFO;
}

/* -- signals ----------------------------------------------------------------------- */

static void block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* The next signal within ms, or 0. */
static int wait_signal(const sigset_t *set, int ms)
{
	struct timespec timeout = {ms / 1000, ms % 1000 * 1000000L};
	int signal_number;

	do {
		signal_number = sigtimedwait(set, NULL, &timeout);
	} while (signal_number < 0 && errno == EINTR);
	return signal_number < 0 ? 0 : signal_number;
}

static void wait_for_the_end(struct server *server, const sigset_t *set)
{
	int signal_number;

	while (!(signal_number = wait_signal(set, HOUSEKEEPING)) || signal_number == SIGHUP) {
		if (signal_number == SIGHUP)
			log_warning("event=reload result=ignored reason=\"this version reads its configuration at the start only\"");
		server_give_back(server);
	}
	log_info("event=signal signal=%s", signal_number == SIGTERM ? "SIGTERM" : "SIGINT");
}

/* False: a second signal asked for the end at once. */
static bool drain(struct server *server, const struct settings *settings, const sigset_t *set)
{
	uint64_t end = clock_monotonic() + settings->drain_time + DRAIN_GRACE;

	log_info("event=drain time=%llu", (unsigned long long)settings->drain_time);
	notify("STOPPING=1");
	server_drain(server);
	while (!server_is_drained(server) && clock_monotonic() < end) {
		int signal_number = wait_signal(set, DRAIN_STEP);

		if (signal_number == SIGTERM || signal_number == SIGINT)
			return false;
	}
	return true;
}

/* -- running ----------------------------------------------------------------------- */

static int serve(const struct settings *settings)
{
	char addresses[1024];
	struct error err;
	sigset_t set;
	struct server *server;

	block_signals(&set);
	server = server_new(settings, &err);
	if (!server || server_start(server, &err) < 0) {
		log_error("event=start_failed reason=\"%s\"", err.text);
		server_free(server);
		return EXIT_STATUS_FAILED;
	}
	server_describe(server, addresses, sizeof(addresses));
	log_info("event=ready version=%s lanes=%llu auth=%s connections=%llu %s", PACKAGE_VERSION,
		(unsigned long long)settings->lanes, settings->auth == AUTH_OPEN ? "open" : "closed",
		(unsigned long long)settings->limits.connections, addresses);
	notify("READY=1");
	wait_for_the_end(server, &set);
	if (!drain(server, settings, &set)) {
		log_warning("event=stopped drained=no");
		fflush(NULL);
		_exit(EXIT_STATUS_OK); /* at once: whoever sent it twice does not want to wait */
	}
	server_free(server);
	log_info("event=stopped drained=yes");
	return EXIT_STATUS_OK;
}

static int run(const struct arguments *arguments, struct settings *settings)
{
	switch (arguments->action) {
	case ARGUMENTS_CHECK_CONFIG:
		printf("%s: ok\n", arguments->config ? arguments->config : "built-in defaults");
		return EXIT_STATUS_OK;
	case ARGUMENTS_PRINT_CONFIG:
		config_print(stdout, settings);
		return EXIT_STATUS_OK;
	default:
		break;
	}
	log_open(strcmp(settings->log.sink, "syslog") == 0 ? LOG_SINK_SYSLOG : LOG_SINK_STDERR,
		level_of(settings->log.level), "musterd");
	config_warn(settings, warn, NULL);
	resolve(settings);
	return serve(settings);
}

int main(int argc, char **argv)
{
	struct arguments arguments;
	struct settings settings = {0};
	struct error err;
	int status;

	if (arguments_parse(&arguments, argc, argv, &err) < 0) {
		complain(err.text, 0);
		return complain("try musterd --help", EXIT_STATUS_USAGE);
	}
	if (arguments.action == ARGUMENTS_HELP) {
		arguments_help(stdout);
		config_help(stdout);
		return EXIT_STATUS_OK;
	}
	if (arguments.action == ARGUMENTS_VERSION) {
		puts("musterd " PACKAGE_VERSION);
		return EXIT_STATUS_OK;
	}
	if (config_read(&settings, arguments.config, arguments.overrides, arguments.override_count, &err) < 0) {
		arguments_fini(&arguments);
		return complain(err.text, EXIT_STATUS_FAILED);
	}
	status = run(&arguments, &settings);
	config_free(&settings);
	arguments_fini(&arguments);
	return status;
}
