# Data files of rules/ become C tables at build time: gen_NAME.c is built for the machine that
# builds, reads the data and writes NAME_data.c.
set(COMMON_GENERATED)
set(RULES_GENERATED)
