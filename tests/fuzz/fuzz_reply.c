/* rp_reply_decode with whatever bytes: refused and wiped to "unavailable", or the form that rp_reply_encode
 * writes, flags aside; and the QR code in it is drawn or refused. */
#include "tests/fuzz/fuzz.h"

#include "common/error.h"
#include "common/qr.h"
#include "common/reply.h"

static void draw(const struct rp_reply *rep)
{
	static char out[RP_QR_TEXT_MAX];
	int n = rp_qr_text(rep->t3, rep->t3_len, out, sizeof out);

	MUST(n == RP_EINVAL || (n > 0 && strlen(out) == (size_t)n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *packet = (uint8_t *)fuzz_text(data, size), again[RP_PACKET_MAX];
	static struct rp_reply rep, wiped;
	int err;

	memset(&rep, 0xee, sizeof rep);
	err = rp_reply_decode(&rep, packet, size);
	MUST(err == 0 || err == RP_EINVAL || err == RP_EVERSION);
	if (err) {
		rep.version = 0;
		MUST(!memcmp(&rep, &wiped, sizeof rep));
	} else {
		MUST(rep.version >= RP_VERSION_OLDEST && rep.version <= RP_VERSION);
		MUST(rep.verdict < RP_VERDICT_END);
		MUST(rp_reply_encode(&rep, again, sizeof again) == (int)size);
		MUST(again[1] == packet[1] && !memcmp(again + 4, packet + 4, size - 4));
		draw(&rep);
	}
	free(packet);
	return 0;
}
