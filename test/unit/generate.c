/*
 * The generators refuse data that they do not understand: which file, where, and why; and leave no
 * output behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/run.h"

static const char credential[] =
	"[{'id':'a-key','what':'A key','literals':['akey_'],'regex':'akey_[a-z]{20}',"
	"'confidence':'high','revoke':'Revoke it.','match':['ak','ey'],'nomatch':['a','b']}]";
static const char class[] = "[{'name':'a-class','title':'A class','parts':[{'title':'A part',"
			    "'entries':[{'pattern':'a.txt','why':'It is one.'}]}]}]";
static const char agents[] =
	"[{'date':'2026-11-29','agents':{'one':{'name':'One','vendor':'V','kind':'assistant',"
	"'confidence':'seen','source':'its own','date':'2026-11-29','paths':{'ONE.md':'reads it'},"
	"'emails':['one@a.example']},'two':{'name':'Two','vendor':'V','kind':'service','paths':{},"
	"'confidence':'seen','source':'its own','date':'2026-11-29','trailers':{'Two':'*'}}},"
	"'shared_trailers':{'Both':{'value':'*','agents':['one','two']}},"
	"'no_agents':{'bot':{'name':'Bot','marks':['bot[bot]']}}}]";

static const char places[] =
	"[{'literals':{'word':['pass']},'calls':[{'call':'f(','argument':1,'value':'password'}],"
	"'commands':[{'command':'c ','value':'word','forms':['spaced']}],"
	"'pairs':[{'id':'an-id','secret':'a-secret','length':40}]}]";
static const char words[] =
	"[{'lists':{'some':['a','b']},'tables':{'more':{'key':['a','b'],'weak':['b']}}}]";
static const char recognise[] =
	"[{'facts':[{'fact':'job','where':'two_below','key':['jobs'],'any':['runs_on']}],"
	"'kinds':[{'class':'infrastructure.ci','why':'jobs','all':['jobs'],'fact':'job',"
	"'tells':'jobs'}]}]";
static const char confusables[] = "[{'a':{'U+0391':'greek capital letter alpha'}}]";

/* A good file, what is changed in it, and what is said of that. */
static const struct {
	const char *generator, *base;
	const char *change; /* at a path such as `/0/left`: this value; NULL: it goes */
	const char *at, *says;
} rows[] = {
	{ "credentials", credential, "'yes'", "/0/nocase",
		"a-key: `nocase' is neither true nor false" },
	{ "credentials", credential, "'any'", "/0/left",
		"a-key: `left' is neither true nor false" },
	{ "credentials", credential, "1", "/0/right", "a-key: `right' is neither true nor false" },
	{ "credentials", credential, "'no'", "/0/must", "a-key: `must' is neither true nor false" },
	{ "credentials", credential, "null", "/0/judged",
		"a-key: `judged' is neither true nor false" },
	{ "credentials", credential, "'12'", "/0/before", "a-key: `before' is not a whole number" },
	{ "credentials", credential, "12.5", "/0/before", "a-key: `before' is not a whole number" },
	{ "credentials", credential, "0", "/0/before", "a-key: `before' is out of range" },
	{ "credentials", credential, "-1", "/0/before", "a-key: `before' is out of range" },
	{ "credentials", credential, "4294967308", "/0/before", "a-key: `before' is out of range" },
	{ "credentials", credential, "'2.5'", "/0/entropy", "a-key: `entropy' is not a number" },
	{ "credentials", credential, "9", "/0/entropy", "a-key: `entropy' is out of range" },
	{ "credentials", credential, "-2.5", "/0/entropy", "a-key: `entropy' is out of range" },
	{ "credentials", credential, "2.55", "/0/entropy",
		"a-key: `entropy' has more than one decimal" },
	{ "credentials", credential, "'a['", "/0/regex", "a-key: `regex' at 2: " },
	{ "credentials", credential, "'x*'", "/0/regex", "a-key: `regex' fits an empty text" },
	{ "credentials", credential, "7", "/0/regex", "a-key: `regex' is not a text, or empty" },
	{ "credentials", credential, "['a',7]", "/0/match",
		"a-key: `match' has a part that is not a text" },
	{ "credentials", credential, "['a','']", "/0/nomatch",
		"a-key: `nomatch' has a part that is not" },
	{ "credentials", credential, "['a']", "/0/match",
		"a-key: `match' is not a list, or has too few" },
	{ "credentials", credential, "'ab'", "/0/match",
		"a-key: `match' is not a list, or has too few" },
	{ "credentials", credential, "[]", "/0/literals",
		"a-key: `literals' is not a list, or empty" },
	{ "credentials", credential, "'akey_'", "/0/literals",
		"a-key: `literals' is not a list, or empty" },
	{ "credentials", credential, "['a',7]", "/0/literals",
		"a-key: `literals' has something in it" },
	{ "credentials", credential, "['a','a']", "/0/literals",
		"a-key: `literals' has a text twice" },
	{ "credentials", credential, "['a']", "/0/names", "a-key: it is found by one of" },
	{ "credentials", credential, NULL, "/0/literals", "a-key: it is found by one of" },
	{ "credentials", credential, "'x('", "/0/find", "a-key: it is found by one of" },
	{ "credentials", credential, "true", "/0/must", "a-key: `must' needs a `check'" },
	{ "credentials", credential, "'none-such'", "/0/check",
		"a-key: `check' is not one of those" },
	{ "credentials", credential, "''", "/0/check", "a-key: `check' is not one of those" },
	{ "credentials", credential, "'certain'", "/0/confidence",
		"a-key: `confidence' is not one of" },
	{ "credentials", credential, "2", "/0/confidence", "a-key: `confidence' is not one of" },
	{ "credentials", credential, "'a||b'", "/0/nearby", "a-key: `nearby' has an empty word" },
	{ "credentials", credential, "'a|'", "/0/nearby", "a-key: `nearby' has an empty word" },
	{ "credentials", credential, "'A key'", "/0/id", "A key: `id' is not a name" },
	{ "credentials", credential, "7", "/0/id", "a row: `id' is not a name" },
	{ "credentials", credential, NULL, "/0/id", "a row: `id' is missing" },
	{ "credentials", credential, NULL, "/0/what", "a-key: `what' is missing" },
	{ "credentials", credential, "''", "/0/what", "a-key: `what' is not a text, or empty" },
	{ "credentials", credential, "'a\\u0007'", "/0/what",
		"a-key: `what' is not a text, or empty" },
	{ "credentials", credential, NULL, "/0/revoke", "a-key: `revoke' is missing" },
	{ "credentials", credential, NULL, "/0/nomatch", "a-key: `nomatch' is missing" },
	{ "credentials", credential, "true", "/0/lefty", "a-key: unknown key `lefty'" },
	{ "credentials", credential, "7", "/0", "a row is not an object" },
	{ "credentials", credential, NULL, "/0", "it is not a list of kinds, or empty" },
	{ "credentials", credential, "{'a':1}", "", "places: unknown key `a'" },
	{ "credentials", credential, "{}", "", "it is not a list of kinds, or empty" },
	{ "credentials", places, NULL, "/calls", "places: `calls' is missing" },
	{ "credentials", places, "['a']", "/literals/what", "literals: unknown key `what'" },
	{ "credentials", places, "'a'", "/literals/word", "literals: `word' is not a list" },
	{ "credentials", places, "'1'", "/calls/0/argument", "a call: `argument' is not a whole" },
	{ "credentials", places, "10", "/calls/0/argument", "a call: `argument' is out of range" },
	{ "credentials", places, "'all'", "/calls/0/value", "a call: `value' is not one of those" },
	{ "credentials", places, "{'call':'f(','argument':1,'value':'key'}", "/calls/1",
		"call `f(1' is there twice" },
	{ "credentials", places, "['loud']", "/commands/0/forms", "c : unknown form `loud'" },
	{ "credentials", places, "'option'", "/commands/0/value", "c : `option' is there if" },
	{ "credentials", places, "'-p'", "/commands/0/option", "c : `option' is there if" },
	{ "credentials", places, NULL, "/pairs", "places: `pairs' is missing" },
	{ "credentials", places, "15", "/pairs/0/length", "a pair: `length' is out of range" },
	{ "credentials", places, "'A b'", "/pairs/0/third", "a pair: `third' is not a name" },
	{ "credentials", places, "'no-kind'", "/pairs/0/id", "pairs: there is no kind `no-kind'" },
	{ "confusables", confusables, "{}", "", "it is not an object, or empty" },
	{ "confusables", confusables, "['a']", "/b", "`b' is not an object, or empty" },
	{ "confusables", confusables, "{'U+0430':'x'}", "/ab", "`ab' is not a small letter" },
	{ "confusables", confusables, "{'U+0430':'x'}", "/A", "`A' is not a small letter" },
	{ "confusables", confusables, "{'U+0391':'x'}", "/b", "U+0391 is there twice" },
	{ "confusables", confusables, "7", "/a/U+0392", "a: `U+0392' is not a text, or empty" },
	{ "confusables", confusables, "'x'", "/a/0392", "`0392' is not a character such as" },
	{ "confusables", confusables, "'x'", "/a/U+03G2", "`U+03G2' is not a character such as" },
	{ "confusables", confusables, "'x'", "/a/U+0041", "`U+0041' is ASCII, or no character" },
	{ "confusables", confusables, "'x'", "/a/U+110000", "`U+110000' is ASCII, or no" },
	{ "recognise", recognise, NULL, "/facts", "recognise: `facts' is missing" },
	{ "recognise", recognise, "'here'", "/facts/0/where", "a fact: `where' is not one of" },
	{ "recognise", recognise, "'anywhere'", "/facts/0/where", "job: `key' says nothing any" },
	{ "recognise", recognise, NULL, "/facts/0/key", "job: `key' is missing" },
	{ "recognise", recognise, NULL, "/facts/0/any", "job: it asks for no word" },
	{ "recognise", recognise, "['runs']", "/facts/0/all_", "a fact: unknown key `all_'" },
	{ "recognise", recognise, "['running']", "/facts/0/all", "there is no word `running'" },
	{ "recognise", recognise, "'step'", "/kinds/0/fact", "there is no fact `step'" },
	{ "recognise", recognise, "'step'", "/kinds/0/with", "there is no fact `step'" },
	{ "recognise", recognise, "'step'", "/kinds/0/tells", "a kind: `tells' is not one of" },
	{ "recognise", recognise, NULL, "/kinds/0/why", "a kind: `why' is missing" },
	{ "recognise", recognise, "{'class':'a','why':'jobs','any':['jobs'],'tells':'jobs'}",
		"/kinds/1", "kind `jobs' is there twice" },
	{ "recognise", recognise, "{'class':'a','why':'b','tells':'jobs'}", "/kinds/1",
		"b: it asks for nothing" },
	{ "words", words, NULL, "/lists", "words: `lists' is missing" },
	{ "words", words, "'x'", "/lists/some", "lists: `some' is not a list, or empty" },
	{ "words", words, "['a','a']", "/lists/some", "lists: `some' has a text twice" },
	{ "words", words, "['a']", "/lists/So me", "`So me' is not a name" },
	{ "words", words, "[]", "/tables/more", "more: it is not an object, or empty" },
	{ "words", words, "[7]", "/tables/more/key", "more: `key' has something in it" },
	{ "words", words, "['A']", "/tables/more/key", "more: `A' is not in small letters" },
	{ "words", words, "['a']", "/tables/more/lock_", "more: unknown meaning `lock_'" },
	{ "credentials", credential, "[]", "", "it is not a list of kinds, or empty" },
	{ "classes", class, "7", "/name", "class: `name' is not a name" },
	{ "classes", class, NULL, "/title", "class: `title' is missing" },
	{ "classes", class, "[]", "/parts", "class: `parts' is not a list, or empty" },
	{ "classes", class, "{'a':1}", "/parts", "class: `parts' is not a list, or empty" },
	{ "classes", class, "true", "/alone", "class: unknown key `alone'" },
	{ "classes", class, "7", "/parts/0", "a-class is not an object" },
	{ "classes", class, "12", "/parts/0/name", "a-class: `name' is not a name" },
	{ "classes", class, "''", "/parts/0/name", "a-class: `name' is not a name" },
	{ "classes", class, "'no'", "/parts/0/alone",
		"a-class: `alone' is neither true nor false" },
	{ "classes", class, "1", "/parts/0/content",
		"a-class: `content' is neither true nor false" },
	{ "classes", class, "[]", "/parts/0/entries",
		"a-class: `entries' is not a list, or empty" },
	{ "classes", class, "'a.txt'", "/parts/0/entries/0", "a-class is not an object" },
	{ "classes", class, "7", "/parts/0/entries/0/pattern", "a-class: `pattern' is not a text" },
	{ "classes", class, "'!'", "/parts/0/entries/0/pattern", "a-class: !: " },
	{ "classes", class, NULL, "/parts/0/entries/0/why", "a-class: `why' is missing" },
	{ "classes", class, "{'pattern':'a.txt','why':'Again.'}", "/parts/0/entries/1",
		"pattern `a.txt' is there twice" },
	{ "classes", class, "{'pattern':'A.TXT','why':'Again.'}", "/parts/0/entries/1",
		"pattern `a.txt' is there twice" },
	{ "classes", class, "{'title':'B','entries':[{'pattern':'a.txt','why':'Again.'}]}",
		"/parts/1", "pattern `a.txt' is there twice" },
	{ "classes", class, "{'title':'B','entries':[{'pattern':'b.txt','why':'It is.'}]}",
		"/parts/1", "two parts are called `a-class'" },
	{ "classes", class, "[]", "", "class is not an object" },
	{ "agents", agents, "{}", "/agents", "agents: `agents' is not an object, or empty" },
	{ "agents", agents, "[]", "/agents", "agents: `agents' is not an object, or empty" },
	{ "agents", agents, "{}", "/agent", "agents: unknown key `agent'" },
	{ "agents", agents, "'x'", "/about", "agents: `about' is not a list, or empty" },
	{ "agents", agents, "7", "/agents/one", "one is not an object" },
	{ "agents", agents, "['x']", "/agents/one/mails", "one: unknown key `mails'" },
	{ "agents", agents, NULL, "/agents/one/vendor", "one: `vendor' is missing" },
	{ "agents", agents, "7", "/agents/one/name", "one: `name' is not a text, or empty" },
	{ "agents", agents, "'robot'", "/agents/one/kind", "one: `kind' is not one of those" },
	{ "agents", agents, "'sure'", "/agents/one/confidence",
		"one: `confidence' is not one of those" },
	{ "agents", agents, "'no'", "/agents/one/can_be_switched_off",
		"one: `can_be_switched_off' is neither true nor false" },
	{ "agents", agents, "'x'", "/agents/one/emails", "one: `emails' is not a list, or empty" },
	{ "agents", agents, "[7]", "/agents/one/emails", "one: `emails' has something in it" },
	{ "agents", agents, "{'a':'b'}", "/agents/one/emails",
		"one: `emails' is not a list, or empty" },
	{ "agents", agents, "'x'", "/agents/one/branches",
		"one: `branches' is not a list, or empty" },
	{ "agents", agents, NULL, "/date", "agents: `date' is missing" },
	{ "agents", agents, "'29.11.2026'", "/date", "agents: `date' is not a date such as" },
	{ "agents", agents, "'2026-13-01'", "/date", "agents: `date' is not a date such as" },
	{ "agents", agents, "'2026-11-291'", "/date", "agents: `date' is not a date such as" },
	{ "agents", agents, "20261129", "/agents/one/date", "one: `date' is not a date such as" },
	{ "agents", agents, NULL, "/agents/one/source", "one: `source' is missing" },
	{ "agents", agents, "['ONE.md']", "/agents/one/paths", "one: `paths' is not an object" },
	{ "agents", agents, "7", "/agents/one/paths/ONE.md", "one: `paths' has something in it" },
	{ "agents", agents, "7", "/agents/one/note", "one: `note' is not a text, or empty" },
	{ "agents", agents, "7", "/agents/one/how", "one: `how' is not a text, or empty" },
	{ "agents", agents, "'x'", "/agents/one/keys", "one: `keys' is not a list, or empty" },
	{ "agents", agents, "['a']", "/agents/two/trailers", "two: `trailers' is not an object" },
	{ "agents", agents, "[]", "/agents/two/trailers/Two",
		"trailers: `Two' is not a list, or empty" },
	{ "agents", agents, "7", "/agents/two/trailers/Two",
		"trailers: `Two' is not a list, or empty" },
	{ "agents", agents, "'*'", "/agents/two/trailers/TWO", "the mark `two' is there twice" },
	{ "agents", agents, "['A name','a NAME']", "/agents/one/names",
		"the mark `a name' is there twice" },
	{ "agents", agents, "['ONE@a.example']", "/agents/two/emails", "would prove two agents" },
	{ "agents", agents,
		"{'name':'N','vendor':'V','kind':'service',"
		"'confidence':'seen','source':'s','date':'2026-11-29'}",
		"/agents/abc", "abc is not in its place by the alphabet" },
	{ "agents", agents,
		"{'name':'N','vendor':'V','kind':'service',"
		"'confidence':'seen','source':'s','date':'2026-11-29'}",
		"/agents/Z", "Z: `id' is not a name" },
	{ "agents", agents, "['one','six']", "/shared_trailers/Both/agents",
		"no agent is called six" },
	{ "agents", agents, "['one']", "/shared_trailers/Both/agents",
		"Both: fewer than two agents" },
	{ "agents", agents, "['one',7]", "/shared_trailers/Both/agents",
		"Both: `agents' has something" },
	{ "agents", agents, NULL, "/shared_trailers/Both/value", "Both: `value' is missing" },
	{ "agents", agents, "true", "/shared_trailers/Both/sure", "Both: unknown key `sure'" },
	{ "agents", agents, "7", "/no_agents/bot", "bot is not an object" },
	{ "agents", agents, "'bot[bot]'", "/no_agents/bot/marks",
		"bot: `marks' is not a list, or empty" },
	{ "agents", agents, "['one@A.example']", "/no_agents/bot/marks",
		"is the mark of an agent" },
	{ "agents", agents, "{'name':'B','marks':['x[bot]']}", "/no_agents/one",
		"one is an agent and none" },
};

static char folder[] = "/tmp/generate.XXXXXX";

static json_t *parse(const char *text)
{
	char *copy = strdup(text);
	json_error_t error;
	json_t *value;

	for (char *c = copy; (c = strchr(c, '\''));)
		*c = '"';
	value = json_loads(copy, JSON_DECODE_ANY, &error);
	free(copy);
	assert_non_null(value);
	return value;
}

static json_t *step(json_t *in, const char *name)
{
	return json_is_array(in) ? json_array_get(in, (size_t)atoi(name))
				 : json_object_get(in, name);
}

static void put(json_t *in, const char *name, json_t *value)
{
	size_t i = (size_t)atoi(name);

	if (json_is_object(in))
		assert_int_equal(
			value ? json_object_set_new(in, name, value) : json_object_del(in, name),
			0);
	else if (!value)
		assert_int_equal(json_array_remove(in, i), 0);
	else if (i == json_array_size(in))
		assert_int_equal(json_array_append_new(in, value), 0);
	else
		assert_int_equal(json_array_set_new(in, i, value), 0);
}

/* The good file with one change in it. */
static json_t *changed(json_t *root, const char *at, const char *change)
{
	char way[100], *name, *next;
	json_t *in = root;

	if (!*at) {
		json_decref(root);
		return parse(change);
	}
	snprintf(way, sizeof(way), "%s", at + 1);
	for (name = way; (next = strchr(name, '/')); name = next) {
		*next++ = '\0';
		in = step(in, name);
		assert_non_null(in);
	}
	put(in, name, change ? parse(change) : NULL);
	return root;
}

/* Runs the generator over the file, in the order of its arguments; its exit status. */
static int generate(const char *generator, const char *const *files, struct buf *said)
{
	char program[500], out[100], catalogue[100];
	char *const nothing[] = { NULL };
	const char *argv[6] = { program, out, files[0], files[1], NULL };
	struct run what = { .argv = argv, .env = nothing, .seconds = 60 };
	struct fault f = { 0 };
	int status;

	snprintf(program, sizeof(program), "%s/gen_%s", BUILD_DIR, generator);
	snprintf(out, sizeof(out), "%s/out.c", folder);
	if (strcmp(generator, "agents") == 0) {
		argv[1] = files[0];
		argv[2] = out;
	} else if (strcmp(generator, "classes") == 0) {
		snprintf(catalogue, sizeof(catalogue), "%s/catalogue.json", folder);
		memcpy(argv + 2, (const char *[]){ catalogue, files[0], files[1] },
			3 * sizeof(*argv));
	}
	(void)unlink(out);
	buf_clear(said);
	assert_int_equal(run(&what, said, &status, &f), 0);
	assert_int_equal(access(out, F_OK), status == 0 ? 0 : -1);
	return status;
}

static void write_file(const char *name, char *path, size_t size, json_t *root)
{
	snprintf(path, size, "%s/%s.json", folder, name);
	assert_int_equal(json_dump_file(root, path, JSON_ENCODE_ANY), 0);
	json_decref(root);
}

static json_t *good(const char *base)
{
	json_t *list = parse(base), *root = json_incref(json_array_get(list, 0));

	if (base == credential)
		return json_decref(root), list;
	json_decref(list);
	return root;
}

static void good_data_is_taken(void **state)
{
	static const char *const all[][2] = { { "credentials", credential }, { "classes", class },
		{ "agents", agents }, { "words", words }, { "confusables", confusables },
		{ "recognise", recognise } };
	struct buf said = BUF_INIT(10000);

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char path[100];
		const char *files[2] = { path, NULL };

		write_file("good", path, sizeof(path), good(all[i][1]));
		assert_int_equal(generate(all[i][0], files, &said), 0);
	}
	buf_release(&said);
}

/* What was written of a good credential file with `left` as told. */
static void read_output(const char *left, struct buf *out)
{
	struct buf said = BUF_INIT(10000);
	char path[100], bytes[4096];
	const char *files[2] = { path, NULL };
	FILE *file;
	size_t n;

	write_file("off", path, sizeof(path), changed(good(credential), "/0/left", left));
	assert_int_equal(generate("credentials", files, &said), 0);
	snprintf(path, sizeof(path), "%s/out.c", folder);
	file = fopen(path, "r");
	assert_non_null(file);
	while ((n = fread(bytes, 1, sizeof(bytes), file)))
		buf_add(out, bytes, n);
	fclose(file);
	buf_release(&said);
}

static void a_flag_that_is_false_is_off(void **state)
{
	struct buf off = BUF_INIT(1 << 22), on = BUF_INIT(1 << 22);

	(void)state;
	read_output("false", &off);
	read_output("true", &on);
	assert_non_null(strstr(off.data, "NULL, 0, 0, 0, 0, 2, "));
	assert_null(strstr(on.data, "NULL, 0, 0, 0, 0, 2, "));
	buf_release(&off);
	buf_release(&on);
}

static void what_is_not_understood_is_refused(void **state)
{
	struct buf said = BUF_INIT(10000);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[100];
		const char *files[2] = { path, NULL };
		int status;

		write_file("bad", path, sizeof(path),
			changed(good(rows[i].base), rows[i].at, rows[i].change));
		status = generate(rows[i].generator, files, &said);
		if (status != 1 || !said.data || strncmp(said.data, path, strlen(path)) != 0 ||
			!strstr(said.data, rows[i].says))
			fail_msg("%s with %s: status %d, %s", rows[i].at,
				rows[i].change ? rows[i].change : "nothing", status,
				said.data ? said.data : "silence");
	}
	buf_release(&said);
}

/* What no change of a good file makes: text that is not JSON, and the same in two files. */
static void bad_files_are_refused(void **state)
{
	static const char *const texts[] = { "", "[", "{\"agents\":1,\"agents\":2}", "[] []",
		"\xff" };
	struct buf said = BUF_INIT(10000);
	char path[100];
	const char *files[2] = { path, NULL };

	(void)state;
	snprintf(path, sizeof(path), "%s/bad.json", folder);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(texts[i], file);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(generate("agents", files, &said), 1);
		assert_int_equal(generate("classes", files, &said), 1);
		assert_int_equal(generate("credentials", files, &said), 1);
	}
	(void)unlink(path);
	assert_int_equal(generate("classes", files, &said), 1);
	buf_release(&said);
}

static void the_same_in_two_files_is_refused(void **state)
{
	struct buf said = BUF_INIT(10000);
	char first[100], second[100];
	const char *files[2] = { first, second };

	(void)state;
	write_file("first", first, sizeof(first), good(credential));
	write_file("second", second, sizeof(second), good(credential));
	assert_int_equal(generate("credentials", files, &said), 1);
	assert_non_null(strstr(said.data, "kind `a-key' is there twice"));
	write_file("first", first, sizeof(first), good(class));
	write_file(
		"second", second, sizeof(second), changed(good(class), "/parts/0/name", "'other'"));
	assert_int_equal(generate("classes", files, &said), 1);
	assert_non_null(strstr(said.data, "class `a-class' is there twice"));
	(void)unlink(first);
	(void)unlink(second);
	buf_release(&said);
}

static int make_folder(void **state)
{
	char path[100];

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	write_file("catalogue", path, sizeof(path), good(agents));
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "good.json", "off.json", "bad.json", "out.c",
		"catalogue.json" };
	char path[100];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_data_is_taken),
		cmocka_unit_test(a_flag_that_is_false_is_off),
		cmocka_unit_test(what_is_not_understood_is_refused),
		cmocka_unit_test(bad_files_are_refused),
		cmocka_unit_test(the_same_in_two_files_is_refused),
	};

	return cmocka_run_group_tests_name("generate", tests, make_folder, remove_folder);
}
