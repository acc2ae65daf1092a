# Debian packages of what install.cmake installs: countersign for the server, git-countersign for reviewers' machines (and for
# the server, which recommends it):
#
#	cmake -G Ninja -S . -B build-deb -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF
#	cmake --build build-deb
#	cpack -G DEB --config build-deb/CPackConfig.cmake
#
# The server's lays below /usr what `install.sh site --prefix /usr` would, with the units in systemd's own folder, and keeps its
# policy in /etc/countersign, as that does.  Its scripts touch no repository.  The other one has no scripts.
set(SYSTEMD_FOLDER lib/systemd/system)
set(bindir /usr/bin)
set(etc /etc/countersign)
foreach(unit countersign-deliver.service countersign-deliver.timer countersign-repair.service countersign-repair.timer
  countersign-fleet.service)
  configure_file(hooks/host/${unit} ${CMAKE_BINARY_DIR}/packaging/${unit} @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/packaging/${unit} DESTINATION ${SYSTEMD_FOLDER} COMPONENT package EXCLUDE_FROM_ALL)
endforeach()
# What Debian wants compressed and named so.
string(TIMESTAMP PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(CPACK_PACKAGE_CONTACT "The Countersign authors <countersign@countersign.invalid>")
configure_file(packaging/changelog.in ${CMAKE_BINARY_DIR}/packaging/changelog @ONLY)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/packaging/changelog.gz
  COMMAND ${GZIP} -9nc changelog > changelog.gz
  WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/packaging DEPENDS ${CMAKE_BINARY_DIR}/packaging/changelog VERBATIM)
add_custom_target(package-texts ALL DEPENDS ${CMAKE_BINARY_DIR}/packaging/changelog.gz)
install(FILES ${CMAKE_BINARY_DIR}/packaging/changelog.gz packaging/copyright DESTINATION share/doc/countersign
  COMPONENT package EXCLUDE_FROM_ALL)
install(FILES ${CMAKE_BINARY_DIR}/packaging/changelog.gz packaging/copyright DESTINATION share/doc/git-countersign
  COMPONENT reviewer-package EXCLUDE_FROM_ALL)
install(FILES packaging/lintian-overrides DESTINATION share/lintian/overrides RENAME countersign
  COMPONENT package EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME countersign)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEBIAN_SERVER_DESCRIPTION
"git hooks that hold risky changes by coding agents until a person signs
Countersign finds the commits that coding assistants made, keeps each agent
inside the paths it was given, stops infrastructure and credential changes
until a person has countersigned them, and tells the reviewers. It runs on
the git server that you have: bare repositories, gitolite, Gitea, Forgejo or
GitLab. Installing it guards no repository yet: countersign-install does.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL Unspecified package reviewer reviewer-package)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENT_UNSPECIFIED_GROUP server)
set(CPACK_COMPONENT_PACKAGE_GROUP server)
set(CPACK_COMPONENT_REVIEWER_GROUP reviewer)
set(CPACK_COMPONENT_REVIEWER-PACKAGE_GROUP reviewer)
set(CPACK_DEBIAN_SERVER_PACKAGE_NAME countersign)
set(CPACK_DEBIAN_REVIEWER_PACKAGE_NAME git-countersign)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
# libgit2 is loaded when contents are to be merged, libcrypto when signatures are to be verified and libcurl when something
# is to be posted, so that the linker's list does not name them.
string(REGEX MATCH "^[0-9]+\\.[0-9]+" GIT2_SERIES "${GIT2_VERSION}")
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS "git (>= 1:2.30), libgit2-${GIT2_SERIES}, libssl3, libcurl4")
# OpenPGP signatures are read by a library that is loaded when one is met.
set(CPACK_DEBIAN_SERVER_PACKAGE_RECOMMENDS "git-countersign, librnp0")
set(CPACK_DEBIAN_SERVER_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_REVIEWER_DESCRIPTION
"review what Countersign holds on a git server, in a terminal
Countersign's hooks on a git server hold risky changes by coding agents until
people have countersigned them. This command lists and shows what waits, and
approves or rejects it, signed with the key that git signs with.")
set(CPACK_DEBIAN_REVIEWER_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_REVIEWER_PACKAGE_DEPENDS "git (>= 1:2.34)")
set(CPACK_DEBIAN_REVIEWER_PACKAGE_RECOMMENDS "openssh-client | gpg")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/packaging/postinst;${CMAKE_SOURCE_DIR}/packaging/prerm;${CMAKE_SOURCE_DIR}/packaging/postrm")
include(CPack)
