/* The style sheet of every page (hooks/page.h), whose SHA-256 its Content-Security-Policy names. */
#ifndef HOOKS_PAGE_STYLE_H
#define HOOKS_PAGE_STYLE_H

extern const char page_style[];

#endif
