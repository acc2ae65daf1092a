# What an installation consists of, below any prefix.  Paths in it are found relative to the programs (common/base/install_paths.h).
foreach(program countersign countersign-deliver countersign-review countersign-fleet)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION bin)
  endif()
endforeach()
foreach(helper countersign-update countersign-openpgp countersign-hands countersign-listen countersign-witness)
  if(TARGET ${helper})
    install(TARGETS ${helper} RUNTIME DESTINATION libexec/countersign)
  endif()
endforeach()
install(PROGRAMS hooks/host/canary DESTINATION libexec/countersign)
install(PROGRAMS hooks/host/countersign-install DESTINATION bin)
# The reviewer's command, which is a package of its own, too (packaging/package.cmake).
install(PROGRAMS hooks/command/git-countersign DESTINATION bin COMPONENT reviewer)
foreach(data rules/data/policy.schema.json rules/data/evidence.json hooks/fleet/fleet.sql hooks/fleet/fleet-2.sql hooks/fleet/fleet-3.sql hooks/fleet/fleet.schema.json)
  if(EXISTS ${CMAKE_SOURCE_DIR}/${data})
    install(FILES ${data} DESTINATION share/countersign)
  endif()
endforeach()
# What `countersign rehearse` plays; run by sh, so not executable.
install(DIRECTORY hooks/report/rehearse DESTINATION share/countersign FILES_MATCHING PATTERN "*.sh")
install(FILES README.md DESTINATION share/doc/countersign)
# install.sh for guarding repositories, which countersign-install runs; run by sh, so not executable.
install(PROGRAMS install.sh DESTINATION share/countersign/install)
install(DIRECTORY hooks/host/install DESTINATION share/countersign/install/hooks/host FILES_MATCHING PATTERN "*.sh" PATTERN "*.json"
  PATTERN "demo.sh" EXCLUDE)
install(DIRECTORY docs/ DESTINATION share/doc/countersign FILES_MATCHING PATTERN "*.md" PATTERN "*.png" PATTERN man EXCLUDE)

# Manual pages, compressed as Debian wants them; every man reads them so.
find_program(GZIP gzip REQUIRED)
file(GLOB MANUAL_PAGES CONFIGURE_DEPENDS docs/man/*.[1-9])
foreach(page ${MANUAL_PAGES})
  get_filename_component(name ${page} NAME)
  string(REGEX MATCH "[1-9]$" section ${name})
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/man/${name}.gz COMMAND ${GZIP} -9nc ${page} > ${name}.gz
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/man DEPENDS ${page} VERBATIM)
  list(APPEND MANUAL_COMPRESSED ${CMAKE_BINARY_DIR}/man/${name}.gz)
  set(component Unspecified)
  if(name STREQUAL "git-countersign.1")
    set(component reviewer)
  endif()
  install(FILES ${CMAKE_BINARY_DIR}/man/${name}.gz DESTINATION share/man/man${section} COMPONENT ${component})
endforeach()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man)
add_custom_target(manual ALL DEPENDS ${MANUAL_COMPRESSED})

# Completion of shells; what it offers is told by a helper, which asks the program.  Debian's zsh looks elsewhere for what
# is of the distribution.
install(PROGRAMS hooks/command/completion/complete DESTINATION libexec/countersign)
foreach(program countersign:Unspecified:package git-countersign:reviewer:reviewer-package)
  string(REPLACE ":" ";" parts ${program})
  list(GET parts 0 program)
  list(GET parts 1 component)
  list(GET parts 2 package)
  install(FILES hooks/command/completion/${program}.bash DESTINATION share/bash-completion/completions RENAME ${program}
    COMPONENT ${component})
  install(FILES hooks/command/completion/_${program} DESTINATION share/zsh/site-functions COMPONENT site)
  install(FILES hooks/command/completion/_${program} DESTINATION share/zsh/vendor-completions COMPONENT ${package} EXCLUDE_FROM_ALL)
endforeach()
