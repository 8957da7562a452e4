/* mhd_answer - see mhd_answer.h. */
#include "api/mhd_answer.h"

#include "protocol/refusal_row.h"

#include <stdlib.h>

mhd_result mhd_answer(struct MHD_Connection *connection, unsigned status, const char *type,
	struct buffer *body, struct counters *counters)
{
	struct MHD_Response *response;
	mhd_result result;
	size_t size;
	char *text = buffer_steal(body, &size);

	response = MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	if (status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
	if (status >= MHD_HTTP_BAD_REQUEST && counters)
		counter_add(counters, refusal_row_of_status((int)status), 1);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}
