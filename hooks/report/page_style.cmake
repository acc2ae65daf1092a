# page.css as a constant, without its opening comment: hooks/report/page_style.c in the build folder, made anew when the sheet changes.
set(style_source ${CMAKE_SOURCE_DIR}/hooks/report/page.css)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${style_source})
file(READ ${style_source} style)
string(FIND "${style}" "*/\n" style_begin)
math(EXPR style_begin "${style_begin} + 3")
string(SUBSTRING "${style}" ${style_begin} -1 style)
string(HEX "${style}" style_bytes)
string(REGEX REPLACE "(..)" "0x\\1," style_bytes "${style_bytes}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/hooks/report/page_style.c
  CONTENT "#include \"hooks/report/page_style.h\"\n\nconst char page_style[] = {@style_bytes@0};\n" @ONLY)
