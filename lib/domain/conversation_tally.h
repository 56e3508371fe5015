/* conversation_tally.h: how many conversations there are of each kind, without counting them (sql/migrate/0005). */
#ifndef CONVERSATION_TALLY_H
#define CONVERSATION_TALLY_H
#include "conversation_filter.h"

/* Beside every write of status, agent type, priority, assignee, team or queue rank, in its transaction: the row's new kind is
   counted instead of the one that was read, and the lists of its labels follow. */
MUST bool tally_change(struct ctx *, struct conversation *locked);
MUST bool tally_new(struct ctx *, const struct conversation_kind *); /* one more of this kind */

/* Before its labels are changed n = -1, after it 1; the row is locked. */
MUST bool tally_labels(struct ctx *, const struct conversation *locked, int64_t n);
MUST bool tally_forget_label(struct ctx *, int64_t label_id); /* it is deleted; what was not folded yet is dropped by the fold */

/* How many pass; only what conversation_filter_is_kind() may be asked. */
MUST bool tally_total(struct ctx *, const struct conversation_filter *, int64_t *n);
MUST bool tally_priorities(struct ctx *, const struct conversation_filter *, int64_t n[static PRIORITY__MAX]); /* of each */
/* What a list needs, in one look: how many pass (0 unless conversation_filter_is_kind()), f->sizes, and with counts != NULL whose
   the open and pending ones in the caller's scope are. */
MUST bool tally_look(struct ctx *, struct conversation_filter *, int64_t *total, struct conversation_counts *counts);

/* For the worker, each in a transaction. Fold takes up to 2,000 changes in; repair puts right what was written past this file
   (an import, demo data): one statement that sees one moment. */
bool tally_fold(struct ctx *, int64_t *folded);
bool tally_repair(struct ctx *, int64_t *repaired);
#endif
