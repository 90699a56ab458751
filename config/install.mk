# `make install` and `make uninstall`; DESTDIR and PREFIX as usual. What an administrator may have changed, and what
# holds accounts, is never overwritten and never removed: /etc/rempart and /var/lib/rempart.

DESTDIR ?=
SBINDIR ?= $(PREFIX)/sbin
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
# Where rempartd looks for its corpus unless it is told otherwise.
DATADIR ?= /usr/share/rempart
DOCDIR ?= $(PREFIX)/share/doc/rempart
SYSCONFDIR ?= /etc
# Where libpam looks for modules, whatever PREFIX is.
PAMDIR ?= /usr/lib/$(MULTIARCH)/security
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d

INSTALLED := $(PAMDIR)/pam_rempart.so $(SBINDIR)/rempartd $(SBINDIR)/rempart-fetch $(BINDIR)/rempart \
	$(MANDIR)/man1/rempart.1 $(MANDIR)/man5/rempart.conf.5 \
	$(MANDIR)/man8/rempartd.8 $(MANDIR)/man8/rempart-fetch.8 $(MANDIR)/man8/pam_rempart.8 \
	$(addprefix $(UNITDIR)/,$(notdir $(wildcard config/systemd/*))) \
	$(DATADIR)/common.corpus $(DATADIR)/ltb-prehook \
	$(SYSUSERSDIR)/rempart.conf $(TMPFILESDIR)/rempart.conf \
	$(addprefix $(DOCDIR)/examples/pam.d/,$(notdir $(wildcard config/pam.d/*)))

put = install -D -m $(1) $(2) $(DESTDIR)$(3)

install: $(PROGRAMS) $(BUILD)/common.corpus
	$(Q)$(call put,0644,$(BUILD)/pam_rempart.so,$(PAMDIR)/pam_rempart.so)
	$(Q)$(call put,0755,$(BUILD)/rempartd,$(SBINDIR)/rempartd)
	$(Q)$(call put,0755,$(BUILD)/rempart-fetch,$(SBINDIR)/rempart-fetch)
	$(Q)$(call put,0755,$(BUILD)/rempart,$(BINDIR)/rempart)
	$(Q)for page in man/*.?; do \
		$(call put,0644,"$$page",$(MANDIR)/man$${page##*.}/$${page##*/}) || exit; \
	done
	$(Q)for unit in config/systemd/*; do \
		$(call put,0644,"$$unit",$(UNITDIR)/$${unit##*/}) || exit; \
		sed -i 's,^ExecStart=/usr/sbin/,ExecStart=$(SBINDIR)/,; s,^ExecStart=/usr/bin/,ExecStart=$(BINDIR)/,' \
			$(DESTDIR)$(UNITDIR)/$${unit##*/}; \
	done
	$(Q)$(call put,0644,$(BUILD)/common.corpus,$(DATADIR)/common.corpus)
	$(Q)$(call put,0755,sso/ltb-self-service-password/prehook.sh,$(DATADIR)/ltb-prehook)
	$(Q)$(call put,0644,config/sysusers.d/rempart.conf,$(SYSUSERSDIR)/rempart.conf)
	$(Q)$(call put,0644,config/tmpfiles.d/rempart.conf,$(TMPFILESDIR)/rempart.conf)
	$(Q)for sample in config/pam.d/*; do \
		$(call put,0644,"$$sample",$(DOCDIR)/examples/pam.d/$${sample##*/}) || exit; \
	done
	$(Q)[ -e $(DESTDIR)$(SYSCONFDIR)/rempart/rempart.conf ] || \
		$(call put,0644,config/rempart.conf,$(SYSCONFDIR)/rempart/rempart.conf)
	@[ -n "$(DESTDIR)" ] || echo "Installed. What comes next is in README.md, \"Install\"."

# A PAM stack that names a module which is not there lets nobody in: take it out of /etc/pam.d first.
uninstall:
	$(Q)! grep -ls '^[^#]*pam_rempart\.so' $(DESTDIR)$(SYSCONFDIR)/pam.d/* || \
		{ echo "These still name pam_rempart.so: take it out first." >&2; exit 1; }
	$(Q)rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	$(Q)-rmdir $(DESTDIR)$(DATADIR) $(DESTDIR)$(DOCDIR)/examples/pam.d $(DESTDIR)$(DOCDIR)/examples $(DESTDIR)$(DOCDIR)

.PHONY: install uninstall
