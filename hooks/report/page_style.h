/*
 * The style sheet of every page (hooks/report/page.h), whose SHA-256 its Content-Security-Policy
 * names.
 */
#ifndef HOOKS_REPORT_PAGE_STYLE_H
#define HOOKS_REPORT_PAGE_STYLE_H

extern const char page_style[];

#endif
