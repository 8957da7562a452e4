/* Copies stand alone; attach and transport names. */
#include "muster/attach.h"
#include "muster/identity.h"

#include "suites.h"

#include <string.h>

static void a_copy_stands_alone(void)
{
	char user[] = "ann", app[] = "web", name[] = "lang", value[] = "zh";
	struct attribute attribute = {name, value};
	struct identity who = {.user = user, .app = app, .attributes = &attribute, .attribute_count = 1}, copy;

	identity_copy(&copy, &who);
	user[0] = 'x';
	value[0] = 'x';
	CHECK_TEXT(copy.user, "ann");
	CHECK_TEXT(copy.app, "web");
	CHECK_POINTER(copy.device, NULL);
	CHECK_TEXT(identity_attribute(&copy, "lang"), "zh");
	CHECK_POINTER(identity_attribute(&copy, "plan"), NULL);
	identity_fini(&copy);
	CHECK_POINTER(copy.user, NULL);
	CHECK_INT(copy.attribute_count, 0);
}

static void an_empty_one_is_fine(void)
{
	struct identity who = {0}, copy;

	identity_copy(&copy, &who);
	CHECK_POINTER(copy.attributes, NULL);
	identity_fini(&copy);
}

static void transports_have_names(void)
{
	struct attach *a = attach_new();

	CHECK_TEXT(transport_name(a->transport), "none");
	CHECK_TEXT(transport_name(TRANSPORT_WS), "ws");
	CHECK_TEXT(transport_name(TRANSPORT_SSE), "sse");
	CHECK_TEXT(transport_name(TRANSPORT_POLL), "poll");
	CHECK(a->wait == UINT64_MAX);
	attach_free(a);
	attach_free(NULL);
}

static const struct test tests[] = {
	{"a copy of an identity stands alone", a_copy_stands_alone},
	{"an empty identity can be copied", an_empty_one_is_fine},
	{"transports have names", transports_have_names},
	{NULL, NULL},
};

const struct suite identity_suite = {"identity", tests};
