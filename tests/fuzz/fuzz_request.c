/* rp_request_decode with whatever bytes: refused and wiped, or the one form that rp_request_encode writes. */
#include "tests/fuzz/fuzz.h"

#include "common/error.h"
#include "common/request.h"

static void must_be_wiped(const struct rp_request *req, const uint8_t *packet, size_t size)
{
	static const struct rp_request wiped;
	struct rp_request rest = *req;

	MUST(!req->version || (size && req->version == packet[0]));
	rest.version = 0;
	MUST(!memcmp(&rest, &wiped, sizeof rest));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *packet = (uint8_t *)fuzz_text(data, size), again[RP_PACKET_MAX];
	struct rp_request req;
	int err;

	memset(&req, 0xee, sizeof req);
	err = rp_request_decode(&req, packet, size);
	MUST(err == 0 || err == RP_EINVAL || err == RP_EVERSION);
	if (err) {
		must_be_wiped(&req, packet, size);
	} else {
		MUST(req.version >= RP_VERSION_OLDEST && req.version <= RP_VERSION);
		MUST(req.verb > 0 && req.verb < (req.version > 1 ? RP_VERB_END : RP_RESET));
		MUST(req.user[0] || req.verb == RP_PING || req.verb == RP_CHECK_PASSWORD);
		MUST(rp_request_encode(&req, again, sizeof again) == (int)size);
		MUST(!memcmp(again, packet, size));
	}
	free(packet);
	return 0;
}
