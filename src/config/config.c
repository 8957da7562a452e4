/* config - defaults, file, command line, in this order, into a struct of its
 * own that is handed out only when all of it is right. */
#include "config/config.h"

#include "base/buffer.h"
#include "config/channel_section.h"
#include "config/config_check.h"
#include "config/config_file.h"
#include "config/option_table.h"
#include "config/option_value.h"
#include "config/values.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1024 * 1024 };

static void set_defaults(struct settings *s)
{
	memset(s, 0, sizeof *s);
	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		struct error err;
		int r = option_set(row, s, row->fallback, &err);

		assert(r == 0);
		(void)r;
	}
}

/* So that musterd can be tried without a file. */
static void add_demo_channels(struct settings *s)
{
	struct channel_rule *rule = channel_section_add(s, "demo/*");

	rule->client_publish = PUBLISH_MEMBERS;
	rule->history = 100;
}

static int refuse_unknown(const char *name, struct error *err)
{
	char quoted[80];
	const char *closest = option_closest(name);

	if (strncmp(name, "channel.", 8) == 0)
		return error_set(err, -EINVAL, "command line: channel sections are for a file");
	value_quote(quoted, sizeof quoted, name);
	if (closest != NULL && strcmp(closest, name) != 0)
		return error_set(err, -EINVAL, "command line: there is no option %s: did you mean %s?", quoted,
			closest);
	return error_set(err, -EINVAL, "command line: there is no option %s", quoted);
}

static int override(struct settings *s, const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');
	const struct option_row *row;
	char name[64], quoted[80];
	struct error why;
	size_t size;

	if (equals == NULL || equals == text)
		return error_set(err, -EINVAL, "command line: %s is not name=value, as in resume=10s",
			value_quote(quoted, sizeof quoted, text));
	size = (size_t)(equals - text);
	row = option_find(option_table, text, size);
	if (row == NULL) {
		snprintf(name, sizeof name, "%.*s", (int)(size < sizeof name ? size : sizeof name), text);
		return refuse_unknown(name, err);
	}
	if (option_set(row, s, equals + 1, &why) < 0)
		return error_set(err, -EINVAL, "command line: %s", why.text);
	return 0;
}

/* What comes behind the file; name is NULL when there was none. */
static int finish(struct settings *s, const char *name, const char *const *overrides, size_t count,
	struct error *err)
{
	struct error why;

	for (size_t i = 0; i < count; i++) {
		int r = override(s, overrides[i], err);

		if (r < 0)
			return r;
	}
	if (config_check(s, &why) == 0)
		return 0;
	return error_set(err, -EINVAL, "%s%s%s", name != NULL ? name : "", name != NULL ? ": " : "", why.text);
}

static int hand_out(struct settings *out, struct settings *s, int r)
{
	if (r < 0)
		config_free(s);
	else
		*out = *s;
	return r;
}

int config_read_text(struct settings *out, const char *text, size_t size, const char *name,
	const char *const *overrides, size_t override_count, struct error *err)
{
	struct settings s;
	struct buffer copy;
	int r;

	if (size > FILE_MAX)
		return error_set(err, -EINVAL, "%s: the file is larger than 1 MiB", name);
	buffer_init(&copy, 0);
	buffer_append(&copy, text, size);
	buffer_append_char(&copy, '\0');
	set_defaults(&s);
	r = config_file_apply(&s, copy.data, size, name, err);
	if (r == 0)
		r = finish(&s, name, overrides, override_count, err);
	buffer_fini(&copy);
	return hand_out(out, &s, r);
}

/* At most one byte more than is allowed, so that too much can be told. */
static int load(struct buffer *to, const char *path)
{
	FILE *file = fopen(path, "re");
	char part[4096];
	size_t got;
	int r = 0;

	if (file == NULL)
		return -errno;
	while (to->size <= FILE_MAX && (got = fread(part, 1, sizeof part, file)) > 0)
		buffer_append(to, part, got);
	if (ferror(file))
		r = errno != 0 ? -errno : -EIO;
	fclose(file);
	return r;
}

static int read_file(struct settings *out, const char *path, const char *const *overrides, size_t count,
	struct error *err)
{
	struct buffer text;
	int r;

	buffer_init(&text, 0);
	r = load(&text, path);
	if (r < 0)
		error_set(err, r, "%s: the file cannot be read: %s", path, strerror(-r));
	else
		r = config_read_text(out, text.data, text.size, path, overrides, count, err);
	buffer_fini(&text);
	return r;
}

int config_read(struct settings *out, const char *path_or_null, const char *const *overrides,
	size_t override_count, struct error *err)
{
	struct settings s;

	if (path_or_null != NULL)
		return read_file(out, path_or_null, overrides, override_count, err);
	set_defaults(&s);
	add_demo_channels(&s);
	return hand_out(out, &s, finish(&s, NULL, overrides, override_count, err));
}

void config_free(struct settings *settings)
{
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		option_free(row, settings);
	channel_section_free_all(settings);
	memset(settings, 0, sizeof *settings);
}
