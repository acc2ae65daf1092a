# Data files of rules/ become C tables at build time: gen_NAME.c is built for the machine that
# builds, reads the data and writes NAME_data.c.
set(COMMON_GENERATED)
set(RULES_GENERATED)

# Letters that look like others; the next two fold with them.
set(CONFUSABLES ${CMAKE_BINARY_DIR}/confusables_data.c)
add_executable(gen_confusables rules/generate/gen_confusables.c rules/generate/source.c)
target_link_libraries(gen_confusables PRIVATE PkgConfig::JANSSON m)
add_custom_command(OUTPUT ${CONFUSABLES}
  COMMAND gen_confusables ${CONFUSABLES} ${CMAKE_SOURCE_DIR}/rules/data/confusables.json
  DEPENDS gen_confusables rules/data/confusables.json VERBATIM)
list(APPEND COMMON_GENERATED ${CONFUSABLES})

# Path classes.  The generator checks the patterns with the very code that will match them.
file(GLOB CLASS_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/data/classes/*.json)
add_executable(gen_classes rules/generate/gen_classes.c rules/generate/source.c common/path/pattern.c common/path/pattern_add.c common/path/pattern_match.c common/path/reading.c common/path/pattern_index.c common/path/glob.c common/path/short_name.c
  common/path/fold.c common/path/confusable.c ${CONFUSABLES} common/base/text.c common/base/buf.c common/base/fault.c)
target_link_libraries(gen_classes PRIVATE PkgConfig::JANSSON PkgConfig::UTF8PROC m)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/classes_data.c
  COMMAND gen_classes ${CMAKE_BINARY_DIR}/classes_data.c ${CMAKE_SOURCE_DIR}/rules/data/agents.json ${CLASS_FILES}
  DEPENDS gen_classes rules/data/agents.json ${CLASS_FILES} VERBATIM)
list(APPEND COMMON_GENERATED ${CMAKE_BINARY_DIR}/classes_data.c)

# Assistants and their marks, folded by the very code that will fold what they are compared with.
add_executable(gen_agents rules/generate/gen_agents.c rules/generate/agents_write.c rules/generate/source.c common/text/spelling.c common/mark/catalogue_field.c common/path/fold.c common/path/confusable.c ${CONFUSABLES}
  common/base/text.c common/base/buf.c)
target_link_libraries(gen_agents PRIVATE PkgConfig::JANSSON PkgConfig::UTF8PROC m)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/agents_data.c
  COMMAND gen_agents ${CMAKE_SOURCE_DIR}/rules/data/agents.json ${CMAKE_BINARY_DIR}/agents_data.c
  DEPENDS gen_agents rules/data/agents.json VERBATIM)
list(APPEND COMMON_GENERATED ${CMAKE_BINARY_DIR}/agents_data.c)

# Words that the detector knows.
add_executable(gen_words rules/generate/gen_words.c rules/generate/source.c)
target_link_libraries(gen_words PRIVATE PkgConfig::JANSSON m)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/words_data.c
  COMMAND gen_words ${CMAKE_BINARY_DIR}/words_data.c ${CMAKE_SOURCE_DIR}/rules/data/words.json
  DEPENDS gen_words rules/data/words.json VERBATIM)
list(APPEND RULES_GENERATED ${CMAKE_BINARY_DIR}/words_data.c)

# By what files are recognised.
add_executable(gen_recognise rules/generate/gen_recognise.c rules/generate/source.c)
target_link_libraries(gen_recognise PRIVATE PkgConfig::JANSSON m)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/recognise_data.c
  COMMAND gen_recognise ${CMAKE_BINARY_DIR}/recognise_data.c ${CMAKE_SOURCE_DIR}/rules/data/recognise.json
  DEPENDS gen_recognise rules/data/recognise.json VERBATIM)
list(APPEND RULES_GENERATED ${CMAKE_BINARY_DIR}/recognise_data.c)

# Kinds of credentials, and the matcher's database of them.  What runs needs only the matcher's
# runtime, which is linked in statically: it costs nothing until there is something to scan.
pkg_check_modules(HYPERSCAN REQUIRED IMPORTED_TARGET libhs>=5.2)
find_library(HYPERSCAN_RUNTIME NAMES libhs_runtime.a hs_runtime REQUIRED)
file(GLOB CREDENTIAL_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/data/credentials/*.json)
add_executable(gen_credentials rules/generate/gen_credentials.c rules/generate/places.c
  rules/generate/source.c)
target_link_libraries(gen_credentials PRIVATE PkgConfig::JANSSON PkgConfig::HYPERSCAN PkgConfig::PCRE2 m)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/credentials_data.c
  COMMAND gen_credentials ${CMAKE_BINARY_DIR}/credentials_data.c ${CREDENTIAL_FILES}
  DEPENDS gen_credentials ${CREDENTIAL_FILES} VERBATIM)
list(APPEND RULES_GENERATED ${CMAKE_BINARY_DIR}/credentials_data.c)
