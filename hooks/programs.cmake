# One thin main a program; everything else of hooks/ is shared between them.
add_executable(countersign hooks/main.c)
target_link_libraries(countersign PRIVATE hooks)
