/* Sums become figures: means, shares and percentiles. */
#include "report_row.h"
#include <math.h>
#include <string.h>

void figures_add(struct figures *f, const struct report_part *p)
{
	for (int i = 0; i < SUM__MAX; i++)
		f->sum[i] += p->sum[i];
	for (int i = 0; i < SPREAD__MAX; i++)
		histogram_read(&f->spread[i], p->spread[i]);
}

void figures_merge(struct figures *to, const struct figures *from)
{
	for (int i = 0; i < SUM__MAX; i++)
		to->sum[i] += from->sum[i];
	for (int i = 0; i < SPREAD__MAX; i++)
		for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
			to->spread[i].count[b] += from->spread[i].count[b];
}

bool figures_any(const struct figures *f)
{
	for (int i = 0; i < SUM__MAX; i++)
		if (f->sum[i] != 0)
			return true;
	return false;
}

static double rounded(double v)
{
	return round(v * 1000) / 1000;
}

static struct measure durations(int64_t n, int64_t ms, const struct histogram *h)
{
	if (n == 0)
		return (struct measure){ 0, NAN, NAN, NAN };
	return (struct measure){ n, rounded((double)ms / (double)n / 1000), rounded(histogram_at(h, 0.5) / 1000),
				 rounded(histogram_at(h, 0.9) / 1000) };
}

/* The score at or below which this share of the ratings lies. */
static double rating_at(const int64_t *rated, int64_t n, double share)
{
	int64_t below = 0, rank = (int64_t)ceil(share * (double)n);

	for (int i = 0; i < 5; i++)
		if ((below += rated[i]) >= rank)
			return i + 1;
	return 5;
}

static struct measure ratings(const int64_t *rated)
{
	int64_t n = 0, points = 0;

	for (int i = 0; i < 5; i++) {
		n += rated[i];
		points += rated[i] * (i + 1);
	}
	if (n == 0)
		return (struct measure){ 0, NAN, NAN, NAN };
	return (struct measure){ n, rounded((double)points / (double)n), rating_at(rated, n, 0.5), rating_at(rated, n, 0.9) };
}

static double or_zero(double v)
{
	return isnan(v) ? 0 : v;
}

static void show_ai(struct report_line *l, const int64_t *s, const struct histogram *words)
{
	static const double MILLION = 1e6;

	l->handed_over = 0;
	for (int why = HANDED_ASKED; why <= HANDED_TAKEN; why++)
		l->handed_over += l->handed.by[why] = s[SUM_HANDED_ASKED + why - HANDED_ASKED];
	l->ai_first_word = durations(s[SUM_AI_REPLIES], s[SUM_AI_WORD_MS], words);
	l->ai_csat = ratings(&s[SUM_AI_RATED_1]);
	l->ai_tokens_in = s[SUM_AI_TOKENS_IN];
	l->ai_tokens_out = s[SUM_AI_TOKENS_OUT];
	l->ai_estimated = s[SUM_AI_ESTIMATED];
	l->ai_cost = s[SUM_AI_COST] > 0 ? (double)s[SUM_AI_COST] / MILLION : NAN;
}

void figures_show(struct report_line *l, const struct figures *f)
{
	const int64_t *s = f->sum;

	l->conversations = s[SUM_CONVERSATIONS];
	l->ai_handled = s[SUM_AI_HANDLED];
	l->human_handled = s[SUM_CONVERSATIONS] - s[SUM_AI_HANDLED];
	l->resolved = s[SUM_RESOLVED];
	l->resolutions = s[SUM_RESOLUTIONS];
	l->messages = s[SUM_MESSAGES];
	l->response = durations(s[SUM_RESPONSES], s[SUM_RESPONSE_MS], &f->spread[SPREAD_RESPONSE]);
	l->first_response = durations(s[SUM_FIRSTS], s[SUM_FIRST_MS], &f->spread[SPREAD_FIRST]);
	l->resolution = durations(s[SUM_RESOLVED], s[SUM_RESOLUTION_MS], &f->spread[SPREAD_RESOLUTION]);
	l->csat = ratings(&s[SUM_RATED_1]);
	l->avg_response_time = or_zero(l->response.mean);
	l->avg_first_response_time = or_zero(l->first_response.mean);
	l->avg_resolution_time = or_zero(l->resolution.mean);
	l->csat_score = l->csat.mean;
	show_ai(l, s, &f->spread[SPREAD_AI_WORD]);
	l->resolution_rate = l->conversations > 0 ? (double)l->resolved / (double)l->conversations : 0;
}
