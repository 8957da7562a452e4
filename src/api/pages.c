/* pages - see pages.h. */
#include "api/pages.h"

#include "api/metrics_text.h"
#include "api/process_usage.h"
#include "muster/codes.h"

#include <microhttpd.h>
#include <string.h>

/* Write the body, return the status. */
typedef unsigned page_fn(struct pages *p, struct buffer *body);

static unsigned page_metrics(struct pages *p, struct buffer *body)
{
	struct process_usage usage = {.start_time = p->start_time};

	process_usage_read(&usage);
	metrics_text(body, p->counters, &usage, PACKAGE_VERSION);
	return MHD_HTTP_OK;
}

static unsigned page_healthz(struct pages *p, struct buffer *body)
{
	(void)p;
	buffer_append_text(body, "ok");
	return MHD_HTTP_OK;
}

static unsigned page_readyz(struct pages *p, struct buffer *body)
{
	bool is_ready = atomic_load(&p->is_ready);

	buffer_append_text(body, is_ready ? "ready" : "not ready");
	return is_ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned page_none(struct pages *p, struct buffer *body)
{
	(void)p;
	buffer_printf(body, "{\"code\":%d,\"msg\":\"no such page\"}", CODE_NO_SUCH_COMMAND);
	return MHD_HTTP_NOT_FOUND;
}

struct page {
	const char *path;
	const char *type;
	page_fn *fn;
};

static const struct page pages[] = {
	{"/metrics", "text/plain; version=0.0.4; charset=utf-8", page_metrics},
	{"/healthz", "text/plain; charset=utf-8", page_healthz},
	{"/readyz", "text/plain; charset=utf-8", page_readyz},
	{NULL, "application/json", page_none},
};

static const struct page *find_page(const char *method, const char *path)
{
	const struct page *page = pages;
	bool is_read = strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
		strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;

	while (page->path && (!is_read || strcmp(page->path, path) != 0))
		page++;
	return page;
}

unsigned pages_answer(struct pages *p, const char *method, const char *path, struct buffer *body,
	const char **type)
{
	const struct page *page = find_page(method, path);

	*type = page->type;
	return page->fn(p, body);
}
