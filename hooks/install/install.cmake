# What an installation consists of, below any prefix.  Paths in it are found relative to the programs (common/place.h).
install(TARGETS countersign RUNTIME DESTINATION bin)
foreach(program countersign-deliver)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION bin)
  endif()
endforeach()
