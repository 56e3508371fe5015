/* settings.h: DESKBELL_* environment variables, each with a working default (DESIGN 12). */
#ifndef SETTINGS_H
#define SETTINGS_H
#include "core.h"

enum { FILE_THROUGH_US = 16 << 20 }; /* what can be given out through a program's memory; more is not taken in then */
struct settings {
	const char *db_url;       /* DESKBELL_DB_URL: mysql://user:pass@host:3306/db or mysql://user@/db?socket=/path */
	const char *redis_url;    /* DESKBELL_REDIS_URL: redis://[:pass@]host:6379/0 or unix:///path?db=0 */
	const char *var;          /* DESKBELL_VAR: directory for sockets, logs, secrets, files */
	const char *run;          /* DESKBELL_RUN: directory where the programs find each other's counters; default VAR/run */
	const char *templates;    /* DESKBELL_TEMPLATES: directory of message catalogues */
	const char *jwt_secret;   /* DESKBELL_JWT_SECRET: "kid:secret[,kid:secret…]", first signs; empty = var/jwt.secret, made at
				     first start */
	const char *bind;         /* DESKBELL_BIND: where lighttpd listens… */
	int64_t port_chat;        /* DESKBELL_PORT_CHAT: …and on which port the first door is: the self-test knocks there */
	const char *api_socket;   /* DESKBELL_API_SOCKET: unix path; default VAR/run/api.sock */
	const char *relay_socket; /* DESKBELL_RELAY_SOCKET: unix path; default VAR/run/relay.sock */
	const char *relay_listen; /* DESKBELL_RELAY_LISTEN: "addr:port" to listen directly as well; empty = no */
	const char *log;          /* DESKBELL_LOG: file; empty = stderr */
	const char *log_level;    /* DESKBELL_LOG_LEVEL: debug info warn error */
	const char *origins;   /* DESKBELL_ORIGINS: comma list of origins for CORS and WebSocket; "*" = any, empty = same host (and
				  what inboxes allow) */
	const char *contracts; /* DESKBELL_CONTRACTS: comma list this pool answers; empty = all */
	const char *trusted_proxies; /* DESKBELL_TRUSTED_PROXIES: comma list of addresses whose X-Forwarded-For counts */
	const char *timezone;        /* DESKBELL_UTC_OFFSET: "+08:00": where a day begins in figures; default +00:00 */
	const char *public_url; /* DESKBELL_PUBLIC_URL: where people reach the pages, for links in mails: "https://desk.example";
				   empty = no links */
	const char *smtp_url;   /* DESKBELL_SMTP_URL: smtp://[user:password@]host[:port], smtps://…; empty = no mail is sent */
	const char *mail_from;  /* DESKBELL_MAIL_FROM: "Shop <help@shop.example>" */
	int64_t mail_after_ms;  /* DESKBELL_MAIL_AFTER_MS: an answer that stays unread so long is mailed; default 300,000 */
	const char *ca_file; /* DESKBELL_CA_FILE: PEM of authorities trusted beside the system's, when others are called over TLS */
	const char *ai_provider;                /* DESKBELL_AI_PROVIDER: builtin, openai (any endpoint of that kind), off */
	const char *ai_url, *ai_key, *ai_model; /* DESKBELL_AI_URL: "https://host/v1"; _KEY: empty = none; _MODEL */
	const char *ai_temperature;             /* DESKBELL_AI_TEMPERATURE: 0 to 2; empty = the provider's */
	const char *ai_price_in, *ai_price_out; /* DESKBELL_AI_PRICE_IN, _OUT: of a million tokens, for the figures; empty = none */
	int64_t ai_max_tokens;                  /* DESKBELL_AI_MAX_TOKENS of an answer; 0 = the provider's */
	int64_t ai_wait_ms, ai_timeout_ms; /* DESKBELL_AI_WAIT_MS: until the first word, and between two; _TIMEOUT_MS: the whole */
	int64_t ai_streams;                /* DESKBELL_AI_STREAMS: answers at a time */
	int64_t workers;                   /* DESKBELL_WORKERS: api workers; default 4 */
	int64_t files_workers;             /* DESKBELL_FILES_WORKERS: workers of files.fcgi; default 2 */
	int64_t rate_limit;                /* DESKBELL_RATE_LIMIT: "off" = 0, else 1 */
	int64_t limit_login, limit_message, limit_admin; /* DESKBELL_LIMIT_LOGIN 5, _MESSAGE 60, _ADMIN 100: calls a minute */
	int64_t limit_batch, limit_sockets,
		limit_session; /* DESKBELL_LIMIT_BATCH 10, _SOCKETS 10 per address, _SESSION 20 new sessions a minute and address */
	int64_t limit_frames;  /* DESKBELL_LIMIT_FRAMES 20: of a socket, a second; more wait */
	int64_t max_body;      /* DESKBELL_MAX_BODY: bytes of a JSON body; default 1 MiB */
	int64_t sendfile;      /* DESKBELL_SENDFILE: the web server takes X-Sendfile; off: files go through api.fcgi */
	int64_t max_file; /* DESKBELL_MAX_FILE: bytes of an uploaded file; default 10 MiB; FILE_THROUGH_US at most without sendfile
			   */
	int64_t quota;    /* DESKBELL_QUOTA: bytes of files that a person may keep in the portal; default 1 GiB */
	const char *file_types;  /* DESKBELL_FILE_TYPES: more types than the documented ones: "md=text/plain,zip=application/zip" */
	const char *clamav;      /* DESKBELL_CLAMAV: where clamd listens: "/path" or "host:port"; empty = files are not scanned */
	int64_t clamav_required; /* DESKBELL_CLAMAV_REQUIRED: on/off: what it could not scan is refused, or taken */
	int64_t clamav_ms;       /* DESKBELL_CLAMAV_TIMEOUT_MS: a verdict must be there by then; default 30,000 */
	const char *files_socket;        /* DESKBELL_FILES_SOCKET: unix path of files.fcgi; default VAR/run/files.sock */
	int64_t max_frame;               /* DESKBELL_MAX_FRAME: bytes of an inbound WebSocket message; default 65,536 */
	int64_t access_ttl, refresh_ttl; /* DESKBELL_ACCESS_TTL 3600 s, DESKBELL_REFRESH_TTL 1,209,600 s */
	int64_t self_registration;       /* DESKBELL_SELF_REGISTRATION: on/off: customers may make accounts by POST /api/users */
	int64_t agent_capacity;          /* DESKBELL_AGENT_CAPACITY: 5 */
	int64_t desk_connection;         /* DESKBELL_DESK_REQUIRE_CONNECTION: on/off: the desk contract wants an open WebSocket */
	int64_t webhook_private;         /* DESKBELL_WEBHOOK_PRIVATE: on/off: may webhooks go to private addresses */
	int64_t ai_private;              /* DESKBELL_AI_PRIVATE: on/off: may an inbox's AI be asked on private addresses (Ollama) */
	int64_t backup_days;             /* DESKBELL_BACKUP_DAYS: backups older than that go; default 14 */
	int64_t ai_word_ms; /* DESKBELL_AI_WORD_MS: pause between words of a builtin reply, and the least between two pieces of any;
			       default 30 */
};
/* Fill from getenv; strings point into the arena (its lifetime = the process's, or until SIGHUP). False and why[] when a value
 * makes no sense. */
MUST bool settings_read(struct settings *, struct arena *, char *why, size_t whysz);
/* The same after the file that DESKBELL_ENV names, if any, was taken into the environment: at start and on SIGHUP. A variable that
   the environment gave itself goes before the file (DESKBELL_ENV_SET lists those that came from the file; "*" = all may). False
   changes nothing. */
MUST bool settings_reload(struct settings *, struct arena *, char *why, size_t whysz);
/* One line of that file; false for what is none. Pure. */
bool settings_line(struct arena *, const char *line, const char **key, const char **value);
int64_t settings_tz(const struct settings *); /* seconds east of UTC */

/* Message catalogues: templates/messages.zh, messages.en: lines "key = text", '#' comments. */
struct catalog *catalog_open(const char *dir, char *why, size_t whysz);
void catalog_close(struct catalog *);
/* The text of key in lang, else in zh, else key itself. Never NULL. {0}…{9} are holes for catalog_fill. */
const char *catalog_text(const struct catalog *, const char *lang, const char *key);
char *catalog_fill(struct arena *, const char *text, const char *const *args, size_t n);
#endif
