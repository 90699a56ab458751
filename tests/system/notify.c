/* What systemd's end of NOTIFY_SOCKET hears, one state a line, until it is killed. Usage: notify PATH. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char state[256];
	ssize_t n;

	if (argc != 2 || strlen(argv[1]) >= sizeof sun.sun_path)
		return 2;
	strcpy(sun.sun_path, argv[1]);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof sun) || chmod(argv[1], 0666))
		return 1;
	while ((n = recv(fd, state, sizeof state, 0)) >= 0) {
		printf("%.*s\n", (int)n, state);
		fflush(stdout);
	}
	return 1;
}
