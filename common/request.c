#include "common/request.h"

#include <string.h>
#include "common/error.h"
#include "common/packet.h"
#include "common/secret.h"

int rp_request_encode(const struct rp_request *req, uint8_t *buf, size_t size)
{
	struct rp_packet p;

	rp_packet_start(&p, buf, size, req->version, req->verb, req->flags);
	rp_packet_put(&p, req->user, strnlen(req->user, sizeof req->user));
	rp_packet_put(&p, req->service, strnlen(req->service, sizeof req->service));
	rp_packet_put(&p, req->source, strnlen(req->source, sizeof req->source));
	rp_packet_put(&p, req->code, strnlen(req->code, sizeof req->code));
	rp_packet_put(&p, req->digest, req->has_digest ? sizeof req->digest : 0);
	if (req->version > 1)
		rp_packet_put(&p, req->address, strnlen(req->address, sizeof req->address));
	return p.bad ? RP_EINVAL : (int)p.at;
}

static bool has_what_its_verb_needs(const struct rp_request *req)
{
	if (req->verb == RP_CHECK_PASSWORD)
		return !req->user[0] && req->has_digest; /* about a password, and nobody's */
	if (req->verb == RP_MAILBOX && !req->address[0])
		return false;
	return req->user[0] || req->verb == RP_PING;
}

int rp_request_decode(struct rp_request *req, const uint8_t *buf, size_t len)
{
	struct rp_packet p;
	int err = RP_EINVAL;
	size_t digest;

	rp_request_wipe(req);
	if (len < RP_HEADER_LEN || len > RP_PACKET_MAX)
		return RP_EINVAL;
	req->version = buf[0];
	if (buf[0] < RP_VERSION_OLDEST || buf[0] > RP_VERSION)
		return RP_EVERSION;
	req->verb = buf[1];
	req->flags = (uint16_t)(buf[2] << 8 | buf[3]);
	if (!req->verb || req->verb >= (buf[0] > 1 ? RP_VERB_END : RP_RESET))
		goto out;
	rp_packet_open(&p, buf, len);
	rp_packet_get_text(&p, req->user, RP_USER_MAX);
	rp_packet_get_text(&p, req->service, RP_SERVICE_MAX);
	rp_packet_get_text(&p, req->source, RP_SOURCE_MAX);
	rp_packet_get_text(&p, req->code, RP_CODE_MAX);
	digest = rp_packet_get(&p, req->digest, sizeof req->digest);
	req->has_digest = digest == sizeof req->digest;
	if (req->version > 1)
		rp_packet_get_text(&p, req->address, RP_ADDRESS_MAX);
	err = rp_packet_end(&p);
	if (!err && ((digest && !req->has_digest) || !has_what_its_verb_needs(req)))
		err = RP_EINVAL;
out:
	if (err) {
		rp_request_wipe(req);
		req->version = buf[0];
	}
	return err;
}

void rp_request_wipe(struct rp_request *req)
{
	rp_wipe(req, sizeof *req);
}
