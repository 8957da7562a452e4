/* people - names to objects, by reference count. */
#include "core/people.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void people_init(struct people *p)
{
	map_init(&p->users);
	map_init(&p->devices);
	map_init(&p->apps);
	map_init(&p->known_apps);
	p->has_forgotten_apps = false;
}

void people_fini(struct people *p)
{
	char *name;
	size_t at = 0;

	assert(p->users.count == 0 && p->devices.count == 0 && p->apps.count == 0);
	while ((name = map_next(&p->known_apps, &at)) != NULL)
		free(name);
	map_fini(&p->users);
	map_fini(&p->devices);
	map_fini(&p->apps);
	map_fini(&p->known_apps);
}

/* Not xcalloc: the tail of the struct is where the name starts. */
static void *new_named(size_t head, const char *name)
{
	size_t size = strlen(name) + 1;
	char *object = xmalloc(head + size);

	memset(object, 0, head);
	memcpy(object + head, name, size);
	return object;
}

struct user *people_user(struct people *p, const char *name)
{
	struct user *u = map_find_text(&p->users, name);

	if (u == NULL) {
		u = new_named(offsetof(struct user, name), name);
		map_add_text(&p->users, u->name, u);
	}
	u->references++;
	return u;
}

static void remember_app(struct people *p, const char *name)
{
	char *copy;

	if (map_find_text(&p->known_apps, name) != NULL)
		return;
	if (p->known_apps.count >= MAX_KNOWN_APPS) {
		p->has_forgotten_apps = true;
		return;
	}
	copy = xstrdup(name);
	map_add_text(&p->known_apps, copy, copy);
}

struct app *people_app(struct people *p, const char *name)
{
	struct app *a = map_find_text(&p->apps, name);

	if (a == NULL) {
		a = new_named(offsetof(struct app, name), name);
		map_add_text(&p->apps, a->name, a);
		remember_app(p, name);
	}
	a->references++;
	return a;
}

struct device *people_device(struct people *p, const char *name)
{
	struct device *d = map_find_text(&p->devices, name);

	if (d == NULL) {
		d = new_named(offsetof(struct device, name), name);
		map_add_text(&p->devices, d->name, d);
	}
	d->references++;
	return d;
}

void people_unref_user(struct people *p, struct user *u)
{
	if (--u->references > 0)
		return;
	assert(u->sessions == NULL);
	map_remove_text(&p->users, u->name);
	free(u);
}

void people_unref_app(struct people *p, struct app *a)
{
	if (--a->references > 0)
		return;
	assert(a->channel == NULL);
	map_remove_text(&p->apps, a->name);
	free(a);
}

void people_unref_device(struct people *p, struct device *d)
{
	if (--d->references > 0)
		return;
	assert(d->sessions == NULL);
	map_remove_text(&p->devices, d->name);
	free(d);
}

struct user *people_find_user(const struct people *p, const char *name)
{
	return map_find_text(&p->users, name);
}

struct app *people_find_app(const struct people *p, const char *name)
{
	return map_find_text(&p->apps, name);
}

struct device *people_find_device(const struct people *p, const char *name)
{
	return map_find_text(&p->devices, name);
}

bool people_knows_app(const struct people *p, const char *name)
{
	return p->has_forgotten_apps || map_find_text(&p->known_apps, name) != NULL;
}

enum client_state user_state(const struct user *u)
{
	for (int state = STATE_ACTIVE; state < STATE_HIDDEN; state++)
		if (u->states[state] > 0)
			return (enum client_state)state;
	return STATE_HIDDEN;
}
