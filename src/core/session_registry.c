/* session_registry - session records and the lists they are in. */
#include "core/session_registry.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void session_registry_init(struct session_registry *r)
{
	people_init(&r->people);
	map_init(&r->sessions);
	r->users = 0;
	r->devices = 0;
}

void session_registry_fini(struct session_registry *r)
{
	assert(r->sessions.count == 0);
	map_fini(&r->sessions);
	people_fini(&r->people);
}

static void link_add(struct session_link **first, struct session_link *link)
{
	link->prev = NULL;
	link->next = *first;
	if (link->next != NULL)
		link->next->prev = link;
	*first = link;
}

static void link_remove(struct session_link **first, struct session_link *link)
{
	if (link->next != NULL)
		link->next->prev = link->prev;
	if (link->prev != NULL)
		link->prev->next = link->next;
	else
		*first = link->next;
}

static void enter_user(struct session_registry *r, struct session *s, uint64_t now)
{
	struct user *u = s->is.user;

	if (u == NULL)
		return;
	if (u->sessions == NULL) {
		u->since = now;
		r->users++;
	}
	link_add(&u->sessions, &s->of_user);
	u->states[s->state]++;
}

static void leave_user(struct session_registry *r, struct session *s)
{
	struct user *u = s->is.user;

	if (u == NULL)
		return;
	link_remove(&u->sessions, &s->of_user);
	u->states[s->state]--;
	if (u->sessions == NULL)
		r->users--;
}

static void enter_device(struct session_registry *r, struct session *s)
{
	if (s->is.device->sessions == NULL)
		r->devices++;
	link_add(&s->is.device->sessions, &s->of_device);
}

static void leave_device(struct session_registry *r, struct session *s)
{
	link_remove(&s->is.device->sessions, &s->of_device);
	if (s->is.device->sessions == NULL)
		r->devices--;
}

static size_t attributes_size(const struct identity *who)
{
	size_t size = who->attribute_count * sizeof(struct attribute);

	for (size_t i = 0; i < who->attribute_count; i++)
		size += strlen(who->attributes[i].name) + strlen(who->attributes[i].value) + 2;
	return size;
}

static char *append_text(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = memcpy(*at, text, size);

	*at += size;
	return copy;
}

/* All attributes and their strings in one block; NULL for none. */
static struct attribute *copy_attributes(const struct identity *who)
{
	struct attribute *copy;
	char *at;

	if (who->attribute_count == 0)
		return NULL;
	copy = xmalloc(attributes_size(who));
	at = (char *)(copy + who->attribute_count);
	for (size_t i = 0; i < who->attribute_count; i++) {
		copy[i].name = append_text(&at, who->attributes[i].name);
		copy[i].value = append_text(&at, who->attributes[i].value);
	}
	return copy;
}

static void find_person(struct session_registry *r, const struct identity *who, struct person *out)
{
	assert(who->app != NULL && who->device != NULL);
	out->user = who->user != NULL ? people_user(&r->people, who->user) : NULL;
	out->app = people_app(&r->people, who->app);
	out->device = people_device(&r->people, who->device);
}

static void set_identity(struct session *s, const struct identity *who)
{
	struct attribute *attributes = copy_attributes(who);

	free(s->who.attributes);
	s->who = (struct identity){
		.user = s->is.user != NULL ? s->is.user->name : NULL,
		.app = s->is.app->name,
		.device = s->is.device->name,
		.attributes = attributes,
		.attribute_count = who->attribute_count,
	};
}

struct session *session_registry_add(struct session_registry *r, const struct session_id *id, unsigned lane,
	const struct identity *who, uint64_t now)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->id = *id;
	s->lane = (uint8_t)lane;
	s->state = STATE_ACTIVE;
	find_person(r, who, &s->is);
	set_identity(s, who);
	map_add(&r->sessions, s->id.bytes, sizeof(s->id.bytes), s);
	enter_user(r, s, now);
	enter_device(r, s);
	return s;
}

void session_registry_remove(struct session_registry *r, struct session *s)
{
	assert(s->subscription_count == 0);
	leave_user(r, s);
	leave_device(r, s);
	map_remove(&r->sessions, s->id.bytes, sizeof(s->id.bytes));
	session_registry_release(r, &s->is);
	free(s->subscriptions);
	free(s->who.attributes);
	free(s);
}

struct session *session_registry_find(const struct session_registry *r, const struct session_id *id)
{
	return map_find(&r->sessions, id->bytes, sizeof(id->bytes));
}

void session_registry_identify(struct session_registry *r, struct session *s, const struct identity *who,
	uint64_t now, struct person *was)
{
	struct person is;

	*was = s->is;
	find_person(r, who, &is);
	if (is.user != was->user) {
		leave_user(r, s);
		s->is.user = is.user;
		enter_user(r, s, now);
	}
	if (is.device != was->device) {
		leave_device(r, s);
		s->is.device = is.device;
		enter_device(r, s);
	}
	s->is.app = is.app;
	set_identity(s, who);
}

void session_registry_release(struct session_registry *r, struct person *p)
{
	if (p->user != NULL)
		people_unref_user(&r->people, p->user);
	people_unref_app(&r->people, p->app);
	people_unref_device(&r->people, p->device);
	*p = (struct person){ 0 };
}

void session_set_state(struct session *s, enum client_state state)
{
	assert(state <= STATE_HIDDEN);
	if (s->is.user != NULL) {
		s->is.user->states[s->state]--;
		s->is.user->states[state]++;
	}
	s->state = (uint8_t)state;
}

struct subscription *session_find_subscription(const struct session *s, const struct channel *channel)
{
	for (unsigned i = 0; i < s->subscription_count; i++)
		if (s->subscriptions[i].channel == channel)
			return &s->subscriptions[i];
	return NULL;
}

struct subscription *session_add_subscription(struct session *s, struct channel *channel)
{
	unsigned n = s->subscription_count;

	assert(n < MAX_SUBSCRIPTIONS);
	if ((n & (n - 1)) == 0) /* 0 or a power of two: full */
		s->subscriptions = xrealloc(s->subscriptions, (n == 0 ? 1 : 2 * (size_t)n) * sizeof(*s->subscriptions));
	s->subscriptions[n] = (struct subscription){ .channel = channel };
	s->subscription_count++;
	return &s->subscriptions[n];
}

void session_remove_subscription(struct session *s, struct subscription *sub)
{
	*sub = s->subscriptions[--s->subscription_count];
	if (s->subscription_count == 0) {
		free(s->subscriptions);
		s->subscriptions = NULL;
	}
}
