/*
 * The service manager: readiness, watchdog and socket activation of systemd, whose protocols are stable and
 * documented (sd_notify(3), sd_listen_fds(3)); libsystemd would bring far more into this process than these
 * few lines.
 */
#ifndef COMMON_NOTIFY_H
#define COMMON_NOTIFY_H

/* Sends state ("READY=1") to $NOTIFY_SOCKET; does nothing without one. */
void rp_notify(const char *state);
/* Milliseconds between two "WATCHDOG=1": half of what $WATCHDOG_USEC asks; -1: none is asked for. */
int rp_notify_watchdog_ms(void);
/* The listening SOCK_SEQPACKET socket that the service manager passed, or 0: none; RP_EINVAL: something
 * else was passed. */
int rp_notify_socket(void);

#endif
