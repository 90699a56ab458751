#include "common/reply.h"

#include <string.h>
#include "common/error.h"
#include "common/packet.h"
#include "common/secret.h"

int rp_reply_encode(const struct rp_reply *rep, uint8_t *buf, size_t size)
{
	struct rp_packet p;

	if (rep->t3_len > RP_T3_MAX)
		return RP_EINVAL;
	rp_packet_start(&p, buf, size, rep->version, rep->verb, 0);
	rp_packet_put(&p, &rep->verdict, 1);
	rp_packet_put_u64(&p, rep->n1);
	rp_packet_put_u64(&p, rep->n2);
	rp_packet_put(&p, rep->t1, strnlen(rep->t1, sizeof rep->t1));
	rp_packet_put(&p, rep->t2, strnlen(rep->t2, sizeof rep->t2));
	rp_packet_put(&p, rep->t3, rep->t3_len);
	return p.bad ? RP_EINVAL : (int)p.at;
}

int rp_reply_decode(struct rp_reply *rep, const uint8_t *buf, size_t len)
{
	struct rp_packet p;
	int err = RP_EINVAL;

	rp_reply_wipe(rep);
	if (len < RP_HEADER_LEN || len > RP_PACKET_MAX)
		return RP_EINVAL;
	rep->version = buf[0];
	if (buf[0] < RP_VERSION_OLDEST || buf[0] > RP_VERSION)
		return RP_EVERSION;
	rep->verb = buf[1];
	rp_packet_open(&p, buf, len);
	if (rp_packet_get(&p, &rep->verdict, 1) != 1 || rep->verdict >= RP_VERDICT_END)
		goto out;
	rep->n1 = rp_packet_get_u64(&p);
	rep->n2 = rp_packet_get_u64(&p);
	rp_packet_get_text(&p, rep->t1, RP_T1_MAX);
	rp_packet_get_text(&p, rep->t2, RP_T2_MAX);
	rep->t3_len = (uint16_t)rp_packet_get(&p, rep->t3, RP_T3_MAX);
	err = rp_packet_end(&p);
out:
	if (err) {
		rp_reply_wipe(rep);
		rep->version = buf[0];
	}
	return err;
}

void rp_reply_wipe(struct rp_reply *rep)
{
	rp_wipe(rep, sizeof *rep);
}
