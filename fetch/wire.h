/* The packets of common/range.h and common/mailbox.h, as questions and answers. */
#ifndef FETCH_WIRE_H
#define FETCH_WIRE_H

#include "fetch/kind.h"

/* The largest question: header, and a field with an address. */
#define FE_QUESTION_MAX 512

/* RP_EINVAL, RP_EVERSION: it is none; but if its verb is known, q has the kind. */
int fe_wire_read(struct fe_question *q, const uint8_t *packet, size_t len);
/* The packet's length. RP_EINVAL: it does not fit. */
int fe_wire_write(unsigned kind, const struct fe_answer *a, uint8_t *buf, size_t size);

#endif
