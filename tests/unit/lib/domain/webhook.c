/* Addresses of webhooks, the pauses between attempts, the signature. The rest needs servers (tests/contract). */
#include "../../../../lib/domain/webhook.c"
#include "../../ok.h"

static void urls(void)
{
	static const struct {
		const char *url, *fault; /* with private addresses refused */
	} rows[] = {
		{ "https://hooks.example", NULL },
		{ "HTTPS://hooks.example:8443/a?b=c#d", NULL },
		{ "http://hooks_1.example/", NULL },
		{ "https://[2001:4860:4860::8888]:443/", NULL },
		{ "http://8.8.8.8/", NULL },
		{ "https://localhost.example/", NULL },
		{ "http://localhost:8000", "webhook.private" },
		{ "http://[::1]/", "webhook.private" },
		{ "http://127.1/", "webhook.private" },
		{ "ftp://hooks.example", "webhook.bad_url" },
		{ "https://", "webhook.bad_url" },
		{ "https:///x", "webhook.bad_url" },
		{ "https://a b/", "webhook.bad_url" },
		{ "https://a/\n", "webhook.bad_url" },
		{ "https://u:p@hooks.example/", "webhook.bad_url" },
		{ "https://hooks.example@127.0.0.1/", "webhook.bad_url" },
		{ "https://a:0/", "webhook.bad_url" },
		{ "https://a:65536/", "webhook.bad_url" },
		{ "https://a:/", "webhook.bad_url" },
		{ "https://[::1/", "webhook.bad_url" },
		{ "https://[::1]x/", "webhook.bad_url" },
		{ "https://a\\@b/", "webhook.bad_url" },
		{ "https://例.example/", "webhook.bad_url" },
	};
	char longest[2100] = "https://a/";

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *fault = webhook_url_fault(rows[i].url, false);
		ok((fault == NULL) == (rows[i].fault == NULL) && (fault == NULL || strcmp(fault, rows[i].fault) == 0), "%s: %s",
		   rows[i].url, fault != NULL ? fault : "good");
	}
	ok(webhook_url_fault("http://127.0.0.1:80/", true) == NULL, "allowed by the setting");
	memset(longest + 10, 'x', sizeof(longest) - 11);
	ok(webhook_url_fault(longest, true) != NULL, "too long");
}

static void pauses(void)
{
	static const int64_t seconds[] = { 0, 10, 60, 300, 1800, 7200, 21600 };

	for (size_t i = 0; i < COUNT(seconds); i++)
		ok(webhook_pause_ms((int64_t)i) == seconds[i] * 1000, "after %zu", i);
	ok(webhook_pause_ms(7) == -1 && webhook_pause_ms(8) == -1, "given up");
}

static void signature(void)
{
	char mac[65];

	/* printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test */
	hmac_hex(mac, "whsec_test", "1700000000", "{\"a\":1}", 7);
	ok(strcmp(mac, "38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789") == 0, "%s", mac);
}

int main(void)
{
	urls();
	pauses();
	signature();
	return ok_end();
}
