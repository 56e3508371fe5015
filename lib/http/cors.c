#include "../core/origin.h"
#include "../core/settings.h"
#include "decode.h"
#include "serve.h"
#include <string.h>

/* By the settings, else by what a contract knows. */
static bool allowed(const struct app *app, struct ctx *c, const struct request *q)
{
	if (origin_in_list(c->cfg->origins, q->origin))
		return true;
	for (size_t i = 0; i < app->n; i++)
		if (app->contracts[i]->origin_ok != NULL && app->contracts[i]->origin_ok(c, q))
			return true;
	return false;
}

/* Header values come from a client: nothing that could end the line. */
static bool plain(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x21 || (unsigned char)*s > 0x7e)
			return false;
	return true;
}

bool cors(const struct app *app, struct ctx *c, const struct request *q, struct response *out)
{
	if (*q->origin != '\0' && plain(q->origin) && allowed(app, c, q)) {
		buf_printf(out->headers, "Access-Control-Allow-Origin: %s\r\nVary: Origin\r\n", q->origin);
		buf_str(out->headers, "Access-Control-Expose-Headers: X-Request-ID, X-RateLimit-Limit, X-RateLimit-Remaining, "
				      "X-RateLimit-Reset, Retry-After\r\n");
	}
	if (strcmp(q->method, "OPTIONS") != 0)
		return false;
	if (out->headers->len > 0)
		buf_str(out->headers, "Access-Control-Allow-Methods: GET, POST, PUT, DELETE\r\n"
				      "Access-Control-Allow-Headers: Authorization, Content-Type, X-Request-ID, X-User-ID\r\n"
				      "Access-Control-Max-Age: 86400\r\n");
	out->status = 204;
	return !tus_has(app, q, "OPTIONS");
}
