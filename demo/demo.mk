# `make demo`: the main job, on a private instance, in plain lines.

$(BUILD)/demo/login: $(BUILD)/obj/demo/login.o $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(call pc,liboath) -lpam

demo: $(PROGRAMS) $(BUILD)/demo/login $(BREACH) $(BUILD)/tests/modules/pam_store.so
	@sh demo/run.sh $(abspath $(BUILD))

.PHONY: demo
