/* Mails: written down when an answer stayed unread, and handed to the mail server, a few at a time; tried again for 41 hours. */
#include "../lib/domain/mail.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "mime.h"
#include "net.h"
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 4, WRITE_AT_ONCE = 20, TIMEOUT_MS = 60000, IDLE_MS = 60000, LOST_MS = 1000, REFUSED = 550, REFUSED_END = 560 };

struct sending {
	struct net_call call; /* first: a call is its sending */
	struct sending *next;
	struct arena mem; /* everything below lives here */
	struct mail mail;
	struct curl_slist *to;
	struct buf text;
	size_t sent; /* bytes of it */
	char error[CURL_ERROR_SIZE];
};
struct mails {
	struct sending *sendings;
	int64_t n;
};

static struct mails *mails_of(struct worker *w)
{
	if (w->mails == NULL && (w->mails = calloc(1, sizeof(*w->mails))) == NULL)
		abort();
	return w->mails;
}

static void drop(struct worker *w, struct sending *s)
{
	struct mails *m = w->mails;

	for (struct sending **at = &m->sendings; *at != NULL; at = &(*at)->next)
		if (*at == s) {
			*at = s->next;
			m->n--;
			break;
		}
	net_remove(w, &s->call);
	curl_slist_free_all(s->to);
	buf_free(&s->text);
	arena_free(&s->mem);
	free(s);
}

/* -- what came of it -- */

struct finishing {
	const struct mail *mail;
	struct mail_result result;
};

static bool finish(struct ctx *c, void *arg)
{
	struct finishing *f = arg;

	return mail_finish(c, f->mail, &f->result);
}

/* The address stays out of the log. Not stored: the claim lapses and it is sent again, under the same Message-ID. */
static void store(struct worker *w, const struct mail *m, const struct mail_result *r)
{
	struct finishing f = { .mail = m, .result = *r };

	if (!job_run(w, finish, &f, true))
		log_warn(NULL, "mail.unnoted", "mail %lld will be sent again", (long long)m->id);
	else if (!r->sent)
		log_warn(NULL, "mail.failed", "mail %lld (conversation %lld): %s", (long long)m->id, (long long)m->conversation_id,
			 r->error);
	w->mails_at = 0; /* there is room */
}

static void ended(struct worker *w, struct net_call *call, CURLcode code)
{
	struct sending *s = (struct sending *)call;
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	const char *why = *s->error != '\0' ? s->error : curl_easy_strerror(code);
	store(w, &s->mail,
	      &(struct mail_result){
		      .sent = code == CURLE_OK, .hopeless = status >= REFUSED && status < REFUSED_END, .error = why });
	drop(w, s);
}

/* -- sending -- */

static size_t give(char *out, size_t size, size_t n, void *arg)
{
	struct sending *s = arg;
	size_t left = s->text.len - s->sent, part = left < size * n ? left : size * n;

	memcpy(out, s->text.data + s->sent, part);
	s->sent += part;
	return part;
}

/* A password never goes over a line that others can read. */
static void prepare(struct sending *s, const struct mime_person *from, const char *url)
{
	CURL *e = s->call.easy;

	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(e, CURLOPT_USE_SSL, (long)(strchr(url, '@') != NULL ? CURLUSESSL_ALL : CURLUSESSL_TRY));
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
	curl_easy_setopt(e, CURLOPT_MAIL_FROM, arena_printf(&s->mem, "<%s>", from->address));
	net_header(&s->to, arena_printf(&s->mem, "<%s>", s->mail.address));
	curl_easy_setopt(e, CURLOPT_MAIL_RCPT, s->to);
	curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(e, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(e, CURLOPT_READDATA, s);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, s->error);
}

static void render(struct sending *s, const struct mime_person *from)
{
	const struct mail *m = &s->mail;

	mime_text(&s->text, &(struct mime_text){
				    .from = *from,
				    .to = { m->name, m->address },
				    .subject = m->subject,
				    .body = m->body,
				    .id = arena_printf(&s->mem, "deskbell-%lld-%lld", (long long)m->id, (long long)m->created_at),
				    .thread = m->conversation_id != 0 ? arena_printf(&s->mem, "deskbell-conversation-%lld",
										     (long long)m->conversation_id)
								      : NULL,
				    .at = m->created_at });
}

static void start(struct worker *w, const struct mail *m)
{
	struct mails *all = mails_of(w);
	struct sending *s = calloc(1, sizeof(*s));
	struct mime_person from;

	if (s == NULL)
		abort();
	s->mail = *m;
	s->mail.address = arena_strdup(&s->mem, m->address);
	s->mail.name = arena_strdup(&s->mem, m->name);
	s->next = all->sendings;
	all->sendings = s;
	all->n++;
	if (m->good_until != 0 && m->good_until < now_ms()) {
		store(w, m, &(struct mail_result){ .hopeless = true, .error = "what it says is good no more" });
		drop(w, s);
		return;
	}
	if (m->body == NULL) {
		store(w, m, &(struct mail_result){ .hopeless = true, .error = "it was sealed with a secret that is gone" });
		drop(w, s);
		return;
	}
	if (!mime_address_good(m->address) || !mime_person(&s->mem, w->cfg.mail_from, &from)) {
		store(w, m, &(struct mail_result){ .hopeless = true, .error = "not an address that mail can be sent to or from" });
		drop(w, s);
		return;
	}
	render(s, &from);
	s->mail.subject = s->mail.body = NULL; /* said */
	s->call = (struct net_call){ net_easy(w, w->cfg.smtp_url), ended };
	prepare(s, &from, w->cfg.smtp_url);
	net_add(w, &s->call);
}

/* -- taking up -- */

struct looking {
	struct arena mem;
	struct list taken;
	int64_t room, next_at;
	bool found;
};

static bool write_next(struct ctx *c, void *arg)
{
	struct looking *l = arg;

	return mail_write_next(c, &l->found, &l->next_at);
}

static bool claim(struct ctx *c, void *arg)
{
	struct looking *l = arg;

	return mail_claim(c, l->room, &l->taken, &l->next_at);
}

/* ms until there is something to do; at most IDLE_MS. */
static int64_t wait_for(int64_t next_at)
{
	int64_t left = next_at - now_ms();

	return next_at == 0 || left > IDLE_MS ? IDLE_MS : left < 0 ? 0 : left;
}

static int64_t write_all(struct worker *w, struct looking *l)
{
	for (int i = 0; i < WRITE_AT_ONCE; i++) {
		if (!job_run(w, write_next, l, true))
			return LOST_MS;
		if (!l->found)
			return wait_for(l->next_at);
	}
	return 0;
}

static int64_t send_some(struct worker *w, struct looking *l)
{
	l->room = AT_ONCE - mails_of(w)->n;
	if (l->room <= 0)
		return IDLE_MS; /* the first that ends looks again */
	if (!job_run_in(w, &l->mem, claim, l, true))
		return LOST_MS;
	const struct mail *m = l->taken.items;
	for (size_t i = 0; i < l->taken.n; i++)
		start(w, &m[i]);
	return l->taken.n > 0 ? LOST_MS : wait_for(l->next_at);
}

void mails_look(struct worker *w)
{
	struct looking l = { 0 };

	w->mails_at = mono_ms() + IDLE_MS;
	if (*w->cfg.smtp_url == '\0')
		return;
	int64_t written = write_all(w, &l), sent = send_some(w, &l);
	w->mails_at = mono_ms() + (written < sent ? written : sent);
	arena_free(&l.mem);
}

/* -- stopping -- */

static bool release(struct ctx *c, void *arg)
{
	const struct worker *w = arg;

	for (const struct sending *s = w->mails->sendings; s != NULL; s = s->next)
		if (!mail_release(c, &s->mail))
			return false;
	return true;
}

/* What was under way is sent again by the next worker: whether it arrived is not known. */
void mails_stop(struct worker *w)
{
	if (w->mails == NULL)
		return;
	if (w->mails->n > 0)
		job_run(w, release, w, true);
	while (w->mails->sendings != NULL)
		drop(w, w->mails->sendings);
	free(w->mails);
	w->mails = NULL;
}
