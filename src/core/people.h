/* people - the names sessions come with, each kept once: users, apps and
 * devices.  An object lives while somebody holds a reference: its sessions,
 * and a change in presence that has not been told yet, so that within an
 * interval the same name is the same object.  Also remembers which apps were
 * ever seen. */
#ifndef CORE_PEOPLE_H
#define CORE_PEOPLE_H

#include "base/map.h"

#include "muster/command.h"

#include <stdbool.h>
#include <stdint.h>

enum { MAX_KNOWN_APPS = 10000 };

struct channel;

/* A place in the list of a user's or a device's sessions. */
struct session_link {
	struct session_link *next;
	struct session_link *prev; /* NULL: the first */
};

struct user {
	struct session_link *sessions; /* NULL: offline, only remembered */
	uint64_t since;                /* online since */
	uint32_t states[STATE_HIDDEN + 1]; /* sessions in each */
	uint32_t references;
	char name[];
};

struct device {
	struct session_link *sessions;
	uint32_t references;
	char name[];
};

struct app {
	struct channel *channel; /* its $app/..; NULL without a session; the core's */
	uint32_t references;
	char name[];
};

/* Who a session is. */
struct person {
	struct user *user; /* NULL: not logged in */
	struct app *app;
	struct device *device;
};

struct people {
	struct map users;
	struct map devices;
	struct map apps;
	struct map known_apps; /* names, ours */
	bool has_forgotten_apps; /* there were more than are known */
};

void people_init(struct people *p);
void people_fini(struct people *p); /* nothing may be referenced any more */

/* The one of that name, found or made; a reference for the caller. */
struct user *people_user(struct people *p, const char *name);
struct app *people_app(struct people *p, const char *name);
struct device *people_device(struct people *p, const char *name);
void people_unref_user(struct people *p, struct user *u);
void people_unref_app(struct people *p, struct app *a);
void people_unref_device(struct people *p, struct device *d);

/* Borrowed, or NULL. */
struct user *people_find_user(const struct people *p, const char *name);
struct app *people_find_app(const struct people *p, const char *name);
struct device *people_find_device(const struct people *p, const char *name);
/* Has an app of that name ever been?  Once there were more than MAX_KNOWN_APPS, always true. */
bool people_knows_app(const struct people *p, const char *name);
/* The best state of any of the user's sessions. */
enum client_state user_state(const struct user *u);

#endif
