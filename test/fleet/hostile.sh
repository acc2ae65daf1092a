# Whoever owns the database makes of it what he likes: a host says what is wrong, and neither ends nor refuses anybody.
. "${0%/*}/../push/lib.sh"
. "${0%/*}/postgres.inc"
engine

sentence "A host of a sound database has heard from its fleet"
host git1
agent claude-code
commit src/a.c 'x'
push main
expect held # it has not heard from its fleet
"$prefix/bin/countersign-fleet" serve --once >"$out" 2>&1 || fail "it does not begin"
in_postgres()
{
	PGOPTIONS='-c client_min_messages=warning' psql -q -h "$engine" -U owner -d postgres -v ON_ERROR_STOP=1 "$@" >/dev/null
}
in_postgres -c 'ALTER DATABASE countersign RENAME TO whole'

# made WHAT: a database of which its owner has made that by the statements of standard input
made()
{
	in_postgres -c 'DROP DATABASE IF EXISTS countersign' -c 'CREATE DATABASE countersign TEMPLATE whole'
	sql owner >"$out" || fail "$1: $(cat "$out")"
	: >"$story/words"
	for verb in 'serve --once' status holds 'log' agents 'stop x --reason y' join; do
		status=0
		# shellcheck disable=SC2086 # words
		"$prefix/bin/countersign-fleet" $verb >"$out" 2>&1 || status=$?
		cat "$out" >>"$story/words"
		[ "$status" -le 2 ] || fail "$1: $verb ends with $status: $(cat "$out")"
		! LC_ALL=C grep -q "$(printf '[\001-\010\033]')" "$out" || fail "$1: $verb says control characters"
	done
	commit src/p.c "$1"
	push HEAD:refs/heads/other
	expect landed
}

sentence "Functions that answer nothing, or what no row has, end no service"
person alice
made 'no beat' <<'SQL'
DROP FUNCTION countersign.beat;
CREATE FUNCTION countersign.beat(text, bigint) RETURNS SETOF bigint LANGUAGE sql AS 'SELECT 1::bigint WHERE false';
SQL
made 'no tip' <<'SQL'
DROP FUNCTION countersign.tip;
CREATE FUNCTION countersign.tip(text, text, OUT seq bigint, OUT hash text) RETURNS SETOF record LANGUAGE sql
	AS $$ SELECT 1::bigint, '' WHERE false $$;
SQL
for seq in -9223372036854775808 -1 9223372036854775807 NULL; do
	made "tip $seq" <<SQL
DROP FUNCTION countersign.tip;
CREATE FUNCTION countersign.tip(text, text, OUT seq text, OUT hash text) LANGUAGE sql
	AS \$\$ SELECT '$seq', repeat('x', 100000) \$\$;
SQL
done
made 'two versions' <<'SQL'
INSERT INTO countersign.schema_version VALUES (1);
SQL
made 'no fleet' <<'SQL'
ALTER TABLE countersign.schema_version ALTER fleet DROP NOT NULL;
UPDATE countersign.schema_version SET fleet = NULL;
SQL
made 'no tables' <<'SQL'
DROP TABLE countersign.log, countersign.hold, countersign.orders, countersign.host CASCADE;
SQL

sentence "Orders of other types, empty, negative, huge and twice are passed over"
made 'odd orders' <<'SQL'
DROP TABLE countersign.orders;
CREATE TABLE countersign.orders (id bigint, host text, "time" timestamptz DEFAULT now(), text text, signature text);
INSERT INTO countersign.orders VALUES (-9223372036854775808, 'x', now(), NULL, NULL), (0, NULL, now(), '', ''), (NULL, 'x', now(), '1', '1'),
	(-1, 'x', now(), repeat('x', 50000000), repeat('y', 50000000)), (9223372036854775807, 'x', now(), 'x', E'\x01\x1b'), (7, 'x', now(), '[]', ''), (7, 'x', now(), '{}', '');
GRANT SELECT, INSERT ON countersign.orders TO PUBLIC;
SQL
made 'orders of text' <<'SQL'
DROP TABLE countersign.orders;
CREATE TABLE countersign.orders (id text, host int, "time" text, text json, signature bytea);
GRANT SELECT, INSERT ON countersign.orders TO PUBLIC;
SQL

sentence "What the database says is shown without what a terminal would obey"
made 'words' <<'SQL'
CREATE SCHEMA evil;
CREATE FUNCTION evil.word(text) RETURNS text LANGUAGE sql AS $$ SELECT E'\x1b[31m' $$;
CREATE AGGREGATE evil.count(*) (SFUNC = evil.word, STYPE = text, INITCOND = '');
GRANT USAGE ON SCHEMA evil TO PUBLIC;
ALTER ROLE git1 SET search_path = evil, pg_catalog;
SQL
made 'refusals' <<'SQL'
ALTER ROLE git1 RESET search_path;
DROP FUNCTION countersign.beat, countersign.join_fleet;
CREATE FUNCTION countersign.beat(text, bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE E'\u009b31m \u202e'; END $$;
CREATE FUNCTION countersign.join_fleet(text, text) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE E'\u009b31m \u202e'; END $$;
SQL
! grep -q "$(printf '\302\233')" "$story/words" || fail "a control character is said"
grep -q 'x{9b}31m\|u{009[bB]}31m\|x9b31m' "$story/words" || fail "it is not said: $(cat "$story/words")"
