/* listener - addresses that are listened on, and files of unix sockets. */
#include "suites.h"

#include "base/listener.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	char path[64];
	char socket[80];
	char text[96]; /* unix:<socket> */
};

static void folder_init(struct folder *f)
{
	strcpy(f->path, "/tmp/muster-base-XXXXXX");
	REQUIRE(mkdtemp(f->path) != NULL);
	snprintf(f->socket, sizeof f->socket, "%s/s", f->path);
	snprintf(f->text, sizeof f->text, "unix:%s", f->socket);
}

static void folder_fini(struct folder *f)
{
	unlink(f->socket);
	CHECK_INT(rmdir(f->path), 0);
}

static void test_port(void)
{
	struct socket_address bound;
	char text[SOCKET_ADDRESS_TEXT];
	struct error err;
	unsigned port = 0;
	int fd = listener_open("127.0.0.1:0", 0600, &bound, &err);

	REQUIRE(fd >= 0);
	CHECK_INT(sscanf(socket_address_format(&bound, text), "127.0.0.1:%u", &port), 1);
	CHECK(port > 0);
	CHECK_INT(listener_open(text, 0600, &bound, &err), -EADDRINUSE);
	CHECK(strstr(err.text, text) != NULL);
	close(fd);
}

static void test_bad(void)
{
	struct socket_address bound;
	struct error err;

	CHECK_INT(listener_open("localhost", 0600, &bound, &err), -EINVAL);
	CHECK(strstr(err.text, "\"localhost\" is no address") != NULL);
}

static void test_mode(void)
{
	struct socket_address bound;
	struct stat status;
	struct folder f;
	struct error err;
	int fd;

	folder_init(&f);
	fd = listener_open(f.text, 0600, &bound, &err);
	REQUIRE(fd >= 0);
	REQUIRE_INT(stat(f.socket, &status), 0);
	CHECK_INT(status.st_mode & 0777, 0600);
	close(fd);
	listener_remove(&bound);
	CHECK_INT(stat(f.socket, &status), -1);
	folder_fini(&f);
}

static void test_umask(void)
{
	struct socket_address bound;
	struct stat status;
	struct folder f;
	struct error err;
	mode_t before = umask(027);
	int fd;

	folder_init(&f);
	fd = listener_open(f.text, 0777, &bound, &err);
	umask(before);
	REQUIRE(fd >= 0);
	REQUIRE_INT(stat(f.socket, &status), 0);
	CHECK_INT(status.st_mode & 0777, 0750);
	close(fd);
	folder_fini(&f);
}

static void test_left_over(void)
{
	struct socket_address bound;
	struct folder f;
	struct error err;
	int fd;

	folder_init(&f);
	fd = listener_open(f.text, 0600, &bound, &err);
	REQUIRE(fd >= 0);
	CHECK_INT(listener_open(f.text, 0600, &bound, &err), -EADDRINUSE);
	close(fd); /* the file stays, as after a crash */
	fd = listener_open(f.text, 0600, &bound, &err);
	CHECK(fd >= 0);
	close(fd);
	folder_fini(&f);
}

static void test_no_socket(void)
{
	struct socket_address bound;
	struct stat status;
	struct folder f;
	struct error err;

	folder_init(&f);
	CHECK(!listener_is_blocked(f.socket));
	fclose(fopen(f.socket, "w"));
	CHECK(listener_is_blocked(f.socket));
	CHECK_INT(listener_open(f.text, 0600, &bound, &err), -EADDRINUSE);
	CHECK(strstr(err.text, f.socket) && strstr(err.text, "no socket"));
	CHECK_INT(stat(f.socket, &status), 0);
	CHECK(S_ISREG(status.st_mode));
	folder_fini(&f);
}

static void test_remove_no_socket(void)
{
	struct socket_address bound;
	struct stat status;
	struct folder f;
	struct error err;
	int fd;

	folder_init(&f);
	fd = listener_open(f.text, 0600, &bound, &err);
	REQUIRE(fd >= 0);
	CHECK(!listener_is_blocked(f.socket));
	unlink(f.socket);
	fclose(fopen(f.socket, "w"));
	listener_remove(&bound);
	CHECK_INT(stat(f.socket, &status), 0);
	close(fd);
	folder_fini(&f);
}

static const struct test tests[] = {
	{"port 0 is reported as what the system chose", test_port},
	{"what is no address is refused by name", test_bad},
	{"a unix socket is its owner's alone and goes when removed", test_mode},
	{"another mode loses what the umask takes", test_umask},
	{"a left-over socket is replaced, one that answers is not", test_left_over},
	{"a file that is no socket is not touched", test_no_socket},
	{"nor is one that took the place of our socket", test_remove_no_socket},
	{NULL, NULL},
};

const struct suite listener_suite = {"listener", tests};
