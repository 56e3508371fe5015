/* net.h: HTTP calls beside everything else: one libcurl multi for all that call, in the worker's loop. */
#ifndef NET_H
#define NET_H
#include "worker.h"
#include <curl/curl.h>

/* Embedded in what makes the call; stays where it is until done, or net_remove(). */
struct net_call {
	CURL *easy;
	void (*done)(struct worker *, struct net_call *, CURLcode);
};
/* An easy handle with what all calls share: no redirects, no proxy of the environment's, http and https alone, the
   certificates of those that the system and DESKBELL_CA_FILE trust. Never NULL. */
CURL *net_easy(const struct worker *, const char *url);
void net_add(struct worker *, struct net_call *);
void net_remove(struct worker *, struct net_call *); /* under way or over: the handle is gone */
/* A header line more; never fails. */
void net_header(struct curl_slist **, const char *line);
#endif
