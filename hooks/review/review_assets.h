/*
 * What the page sends beside pages: the part of the style sheet that is its own, and the script
 * (review.css, review.js), and the reviewer's command with its completions; compiled in.
 */
#ifndef HOOKS_REVIEW_REVIEW_ASSETS_H
#define HOOKS_REVIEW_REVIEW_ASSETS_H

extern const char review_style[];
extern const char review_script[];
extern const char review_command[];
extern const char review_command_bash[];
extern const char review_command_zsh[];

#endif
