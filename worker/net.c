/* The multi is set up with the first call: a worker that calls nobody has no libcurl in its memory. */
#include "net.h"
#include <stdlib.h>

enum { IDLE_CONNECTIONS = 32 };

struct net {
	CURLM *multi;
	int64_t n; /* calls under way */
};

static struct net *net_of(struct worker *w)
{
	if (w->net != NULL)
		return w->net;
	if ((w->net = calloc(1, sizeof(*w->net))) == NULL)
		abort();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if ((w->net->multi = curl_multi_init()) == NULL)
		abort();
	curl_multi_setopt(w->net->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
	return w->net;
}

void net_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *more = curl_slist_append(*list, line);

	if (more == NULL)
		abort();
	*list = more;
}

CURL *net_easy(const struct worker *w, const char *url)
{
	CURL *e = curl_easy_init();

	if (e == NULL)
		abort();
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	if (*w->cfg.ca_file != '\0')
		curl_easy_setopt(e, CURLOPT_CAINFO, w->cfg.ca_file); /* CURLOPT_CAPATH stays the system's */
	curl_easy_setopt(e, CURLOPT_PROXY, "");                      /* the environment's is not asked */
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* a name that nobody resolves holds up one call, not its removal */
	curl_easy_setopt(e, CURLOPT_USERAGENT, "Deskbell/" DESKBELL_VERSION);
	return e;
}

void net_add(struct worker *w, struct net_call *call)
{
	struct net *net = net_of(w);

	curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
	curl_multi_add_handle(net->multi, call->easy);
	net->n++;
}

void net_remove(struct worker *w, struct net_call *call)
{
	if (call->easy == NULL)
		return;
	if (w->net != NULL && curl_multi_remove_handle(w->net->multi, call->easy) == CURLM_OK)
		w->net->n--;
	curl_easy_cleanup(call->easy);
	call->easy = NULL;
}

bool net_busy(const struct worker *w)
{
	return w->net != NULL && w->net->n > 0;
}

/* A call that is done is still counted until its owner removes it, which it does soon. */
void net_tick(struct worker *w)
{
	int left;

	if (!net_busy(w))
		return;
	curl_multi_perform(w->net->multi, &left);
	for (CURLMsg *m; (m = curl_multi_info_read(w->net->multi, &left)) != NULL;) {
		void *call = NULL;
		CURLcode code = m->data.result;
		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &call);
		((struct net_call *)call)->done(w, call, code);
	}
}

void net_wait(struct worker *w, int fd, int64_t ms)
{
	struct curl_waitfd also = { .fd = fd, .events = CURL_WAIT_POLLIN };

	curl_multi_poll(w->net->multi, fd >= 0 ? &also : NULL, fd >= 0, (int)ms, NULL);
}

void net_stop(struct worker *w)
{
	if (w->net == NULL)
		return;
	curl_multi_cleanup(w->net->multi);
	curl_global_cleanup();
	free(w->net);
	w->net = NULL;
}
