/*
 * What a repository looks like to somebody who is about to write its first policy: its files by
 * class and language, its folders, the assistants that its history names, and who works on it.
 *
 * Everything is bounded: files, commits, names.  All of it is repository content, and so strangers'
 * bytes.
 */
#ifndef HOOKS_REPORT_SURVEY_H
#define HOOKS_REPORT_SURVEY_H

#include "common/git/repo.h"
#include "common/path/classes.h"

#define SURVEY_COMMITS 20000 /* looked at: those next to the branch's tip */
#define SURVEY_FILES 2000000
#define SURVEY_FOLDERS 64 /* and as many known files, at the top */
#define SURVEY_LANGUAGES 64
#define SURVEY_PEOPLE 2000

/* Files that a part of a class has by their paths. */
struct survey_part {
	const struct class_part *part;
	size_t files;
	char example[256]; /* the first of them */
	const char *why;
};

struct survey_folder {
	char name[128];
	size_t files, known; /* known: sources, tests, documents, and what classes guard */
};

struct survey_language {
	const char *name;
	size_t files;
};

struct survey_agent {
	const char *id;
	size_t commits;
	int64_t first, last; /* seconds since 1970, as committers claim */
};

struct survey_person {
	char email[128], name[128];
	size_t commits;
};

struct survey {
	struct oid tip;
	size_t files, commits, agent_commits;
	bool more_commits; /* than were looked at */
	struct survey_part *parts;
	size_t part_count;
	struct survey_folder folders[SURVEY_FOLDERS];
	size_t folder_count;
	char top_files[SURVEY_FOLDERS][128]; /* those that are in no folder */
	bool top_known[SURVEY_FOLDERS];      /* as in struct survey_folder */
	size_t top_file_count;
	bool crowded; /* there are more folders or files at the top than these */
	struct survey_language languages[SURVEY_LANGUAGES]; /* most files first */
	size_t language_count;
	struct survey_agent *agents; /* most commits first */
	size_t agent_count;
	struct survey_person *people; /* likewise; no agents, no bots */
	size_t person_count;
	const char *codeowners; /* where the file is, or NULL */
	bool releases;          /* there are branches below refs/heads/release/ */
};

/*
 * Looks at the branch; for survey_release() whatever it returns.  A branch without commits is a
 * fault.  0 or -1.
 */
int survey_make(struct survey *out, struct repo *repo, const char *branch, struct fault *f);

/* Frees what it holds. */
void survey_release(struct survey *survey);

/* Shared by the files of this module: looks at the tree of the tip.  0 or -1. */
int survey_tree(struct survey *survey, struct repo *repo, struct fault *f);

/* Likewise: looks at its history.  0 or -1. */
int survey_history(struct survey *survey, struct repo *repo, struct fault *f);

#endif
