/* Asks rempart-fetch for a range as rempartd does and prints how it went: the cause as events have it, the
 * rows that came, the milliseconds it took. Usage: range SOCKET PREFIX. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "common/range.h"
#include "common/ticks.h"

int main(int argc, char **argv)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct rp_range_request req = {.kind = RP_RANGE_PASSWORD_SHA1};
	static uint8_t packet[RP_RANGE_PACKET_MAX];
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), n;
	int64_t start = rp_now_ms();
	struct rp_range_answer a;
	char cause[64];

	if (argc != 3 || strlen(argv[1]) >= sizeof sun.sun_path || strlen(argv[2]) > RP_RANGE_PREFIX_MAX)
		return 2;
	strcpy(sun.sun_path, argv[1]);
	strcpy(req.prefix, argv[2]);
	n = rp_range_request_encode(&req, packet, sizeof packet);
	if (n < 0)
		return 2;
	if (fd < 0 || connect(fd, (struct sockaddr *)&sun, sizeof sun) ||
	    send(fd, packet, (size_t)n, 0) != n) {
		perror(argv[1]);
		return 1;
	}
	n = (int)recv(fd, packet, sizeof packet, 0);
	if (n < 0 || rp_range_answer_decode(&a, packet, (size_t)n))
		return 1;
	printf("%s %zu %d\n", rp_range_cause(a.status, a.detail, cause, sizeof cause),
	       a.n_rows[0] + a.n_rows[1], (int)(rp_now_ms() - start));
	return 0;
}
