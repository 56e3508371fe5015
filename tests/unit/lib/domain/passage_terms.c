/* By what a passage is found, and how much each counts. */
#include "../../../../lib/domain/passage_terms.c"
#include "../../ok.h"

static void stems(void)
{
	static const struct {
		const char *words, *key; /* all of them are one */
	} rows[] = {
		{ "ship ships shipped shipping SHIP", "zwship" },
		{ "invoice invoices invoiced invoicing", "zwinvoic" },
		{ "delivery deliveries delivered delivering", "zwdeliver" },
		{ "puppy puppies", "zwpup" },
		{ "class classes", "zwclas" },
		{ "bill bills billing billed", "zwbil" },
		{ "exchange exchanged exchanges", "zwexchang" },
		{ "use", "zwuse" },
		{ "the", "zwthe" },
		{ "48", "zw48" },
		{ "2000 ２０００", "zw2000" },
		{ "退款 退款", "u9000u6b3e" },
		{ "supercalifragilisticexpialidociousandmoreofit", "zwsupercalifragilisticexpialidociousandm" },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct list l = passage_weigh(&mem, "", rows[i].words);
		const struct passage_term *t = l.items;
		ok(l.n == 1 && strcmp(t->key, rows[i].key) == 0, "%s: %zu, %s", rows[i].words, l.n, l.n > 0 ? t->key : "");
	}
	arena_free(&mem);
}

static double weight(struct arena *mem, const char *headings, const char *text, const char *key)
{
	struct list l = passage_weigh(mem, headings, text);
	const struct passage_term *t = l.items;

	for (size_t i = 0; i < l.n; i++)
		if (strcmp(t[i].key, key) == 0)
			return t[i].weight;
	return 0;
}

static void weights(void)
{
	struct arena mem = { 0 };
	double once = weight(&mem, "", "red lamp", "zwlamp"), twice = weight(&mem, "", "lamp lamp", "zwlamp");

	ok(once > 0 && twice > once && twice < 2 * once, "%f, %f", once, twice);
	ok(weight(&mem, "Lamp", "red", "zwlamp") > once, "a heading counts more");
	ok(weight(&mem, "", "a red lamp that stands in a long text about very many other things of all kinds", "zwlamp") < once,
	   "shorter is better");
	ok(passage_weigh(&mem, "", " ?! ").n == 0, "nothing is said");
	struct list l = passage_weigh(&mem, "b a", "c a 退货");
	const struct passage_term *t = l.items;
	for (size_t i = 1; i < l.n; i++)
		ok(strcmp(t[i - 1].key, t[i].key) < 0, "%s, %s", t[i - 1].key, t[i].key);
	ok_int(l.n, 4);
	arena_free(&mem);
}

static void asked(void)
{
	static const struct {
		const char *question, *keys; /* + behind those that may go on */
	} rows[] = {
		{ "", "" },
		{ "pay", "zwpay+" },
		{ "Ships ship SHIPPING", "zwship+" },
		{ "to A4 paper 2024", "zwto zwa4 zwpaper+ zw2024" },
		{ "退款，退款 票", "u9000u6b3e u7968" },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct list l = passage_asks(&mem, rows[i].question);
		const struct passage_asked *a = l.items;
		char got[512] = "";
		for (size_t k = 0, n = 0; k < l.n; k++)
			n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s%s", k > 0 ? " " : "", a[k].key,
					      a[k].begins ? "+" : "");
		ok(strcmp(got, rows[i].keys) == 0, "%s: %s", rows[i].question, got);
	}
	char many[1000] = "";
	for (int i = 0; i < 100; i++)
		snprintf(many + strlen(many), 8, "w%d ", i);
	ok_int(passage_asks(&mem, many).n, PASSAGE_ASKED_MAX);
	arena_free(&mem);
}

int main(void)
{
	stems();
	weights();
	asked();
	return ok_end();
}
