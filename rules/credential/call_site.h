/*
 * Calls and commands that are given a password at a fixed place: one row each.  gen_credentials
 * makes a literal of each row's first words; call.c and command.c look at what follows.
 */
#ifndef RULES_CREDENTIAL_CALL_SITE_H
#define RULES_CREDENTIAL_CALL_SITE_H

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_SITES_MAX 128

/* `connect(host, name, password)` */
struct credential_call_site {
	const char *literal; /* what stands before the arguments, in lower case */
	unsigned argument;   /* which of them, counting from 0 */
	enum {
		CALL_PASSWORD,
		CALL_KEY,     /* a key or secret, which is random or none */
		CALL_PAIR,    /* `name:password` */
		CALL_SLASHED, /* `name/password@place` */
	} what;
};

/* `tool -u name -p password` */
struct credential_command_site {
	const char *literal; /* in lower case */
	/* "": the value is the next word; NULL: it stands before, `echo x | chpasswd` */
	const char *option;
	enum {
		SITE_SPACED = 1,   /* the value is the next word */
		SITE_ATTACHED = 2, /* the value follows at once: `-ppassword` */
		SITE_NAMED = 4,    /* it is `name:password`, `name,password` or `name%password` */
		SITE_SLASHED = 8,  /* it is `name/password`, perhaps with `@place` */
		SITE_BUNDLED = 16, /* other letters may stand before the option's: `-su` */
		SITE_SURE = 32,    /* a word there says nothing */
	} form;
	unsigned words; /* how many stand before the value, with option "" */
};

extern const struct credential_call_site credential_call_sites[];
extern const struct credential_command_site credential_command_sites[];

#endif
