# One thin main a program; everything else of hooks/ is shared between them.
add_executable(countersign hooks/command/main.c)
target_link_libraries(countersign PRIVATE hooks)

add_executable(countersign-update hooks/gate/main_update.c)
set_target_properties(countersign-update PROPERTIES OUTPUT_NAME update RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/libexec/countersign)
target_link_libraries(countersign-update PRIVATE common)

# The only one with libcurl, so that hooks start fast.
add_executable(countersign-deliver hooks/command/main_deliver.c hooks/command/main_deliver_probe.c hooks/command/main_deliver_test.c)
target_link_libraries(countersign-deliver PRIVATE hooks)

# What install.sh and the repair timer run for repositories: it gives up root's rights before it looks into one.
add_executable(countersign-hands hooks/host/hands/main_hands.c)
set_target_properties(countersign-hands PROPERTIES OUTPUT_NAME hands RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/libexec/countersign)
target_link_libraries(countersign-hands PRIVATE hooks)

# The review page: as CGI, and served by itself, which alone is linked with libmicrohttpd.
add_executable(countersign-review hooks/review/main_review.c)
target_link_libraries(countersign-review PRIVATE hooks)
add_executable(countersign-listen hooks/review/main_listen.c)
set_target_properties(countersign-listen PROPERTIES OUTPUT_NAME listen RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/libexec/countersign)
target_link_libraries(countersign-listen PRIVATE hooks PkgConfig::MICROHTTPD)

# The only one with libpq: hosts in a fleet run it, and people ask it by `countersign fleet` and `--fleet`.
add_executable(countersign-fleet hooks/fleet/main_fleet.c)
target_include_directories(countersign-fleet PRIVATE ${PQ_INCLUDE_DIRS})
target_link_libraries(countersign-fleet PRIVATE hooks PkgConfig::PQ)

# A witness for other hosts' logs, served likewise.
add_executable(countersign-witness hooks/witness/main_witness.c)
set_target_properties(countersign-witness PROPERTIES OUTPUT_NAME witness RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/libexec/countersign)
target_link_libraries(countersign-witness PRIVATE hooks PkgConfig::MICROHTTPD)
