# What needs root, real programs or more tools: `make check-all`, as root. tests/system/packages names the tools.

SYSTEM_HELP := $(patsubst tests/system/%.c,$(BUILD)/tests/system/%,$(wildcard tests/system/*.c))

$(BUILD)/tests/system/%: $(BUILD)/obj/tests/system/%.o $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ -lpam

check-system: $(PROGRAMS) $(SYSTEM_HELP) $(BREACH)
	@bash tests/system/run.sh $(MAKE) $(abspath $(BUILD))

check-static:
	@sh tests/static.sh $(MAKE) $(abspath $(BUILD))

# What needs long comes last.
CHECK_ALL := check check-static check-catalog check-system $(CHECK_ALL)
check-all:
	@sh tests/all.sh $(MAKE) $(CHECK_ALL)

.PHONY: check-all check-static check-system
