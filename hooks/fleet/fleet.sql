-- Countersign's fleet: what many git servers tell and are told through PostgreSQL 13 or later.
--
-- Run it once, as a role that may create roles and, in this database, a schema:
--
--	countersign fleet init --print | psql --single-transaction --set ON_ERROR_STOP=1 DATABASE
--
-- Everything is in the schema `countersign`. Two roles are made, neither of which can log in:
--
--	countersign_host   each git server's own role is a member; may add rows about itself, and read
--	countersign_desk   for who only reads
--
-- For each git server:  CREATE ROLE git1 LOGIN PASSWORD '...' IN ROLE countersign_host;
--
-- Nobody but the owner of the schema changes or removes a row of the log, of orders or of uses. What hosts obey (orders,
-- policies, approvals) is signed, and each host verifies it: whoever has a host's role can forge nothing. All that it can
-- withhold of others is what was approved for a repository on several servers, by taking its uses.

CREATE SCHEMA countersign;
REVOKE ALL ON SCHEMA countersign FROM PUBLIC;

DO $$
BEGIN
	IF current_setting('server_encoding') <> 'UTF8' THEN
		RAISE EXCEPTION 'the database has to be in UTF8, and is in %', current_setting('server_encoding');
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_host') THEN
		CREATE ROLE countersign_host NOLOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_desk') THEN
		CREATE ROLE countersign_desk NOLOGIN;
	END IF;
END
$$;

-- Which schema this is; a later Countersign brings what changes it.
-- `fleet` is named in whatever is signed for it.
CREATE TABLE countersign.schema_version (version integer NOT NULL, fleet uuid NOT NULL DEFAULT gen_random_uuid());
INSERT INTO countersign.schema_version (version) VALUES (1);

-- The git servers. A name belongs to the role that joined under it.
CREATE TABLE countersign.host (
	name text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
	role name NOT NULL UNIQUE,
	joined timestamptz NOT NULL DEFAULT now(),
	seen timestamptz NOT NULL DEFAULT now(),
	left_at timestamptz,
	version text NOT NULL DEFAULT '',
	orders bigint NOT NULL DEFAULT 0 -- up to which row of orders are in force there
);

-- The repositories of each, and how far their logs have come.
CREATE TABLE countersign.repository (
	host text NOT NULL REFERENCES countersign.host,
	id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
	name text NOT NULL DEFAULT '',
	seq bigint NOT NULL DEFAULT 0,
	hash text NOT NULL DEFAULT repeat('0', 64),
	PRIMARY KEY (host, id)
);

-- Decisions, as in each repository's own log. `raw` is what the hash is of where a text is not UTF-8.
CREATE TABLE countersign.log (
	host text NOT NULL,
	repository text NOT NULL,
	seq bigint NOT NULL,
	"time" timestamptz NOT NULL,
	time_text text NOT NULL,
	kind text NOT NULL,
	account text NOT NULL,
	ref text NOT NULL,
	old text NOT NULL,
	new text NOT NULL,
	decision text NOT NULL,
	policy text NOT NULL,
	verdict text NOT NULL,
	previous text NOT NULL,
	hash text NOT NULL,
	raw bytea
) PARTITION BY RANGE ("time");
CREATE INDEX log_repository ON countersign.log (host, repository, seq);
CREATE INDEX log_time ON countersign.log ("time");
-- Of times that no month was made for.
CREATE TABLE countersign.log_other PARTITION OF countersign.log DEFAULT;

-- What waits for people, and what became of it.
CREATE TABLE countersign.hold (
	host text NOT NULL,
	repository text NOT NULL,
	id text NOT NULL,
	digest text NOT NULL,
	ref text NOT NULL,
	account text NOT NULL,
	agents text NOT NULL,
	old text NOT NULL,
	new text NOT NULL,
	since text NOT NULL,
	status text NOT NULL,
	verdict text NOT NULL,
	PRIMARY KEY (host, repository, id),
	FOREIGN KEY (host, repository) REFERENCES countersign.repository (host, id)
);
CREATE INDEX hold_open ON countersign.hold (since) WHERE status = 'open';

-- Which agents were met where; counted from the log.
CREATE TABLE countersign.agent (
	name text NOT NULL,
	host text NOT NULL,
	repository text NOT NULL,
	first timestamptz NOT NULL,
	last timestamptz NOT NULL,
	decisions bigint NOT NULL,
	PRIMARY KEY (name, host, repository)
);

-- What is wrong with a repository's log, told by its host when it noticed.
CREATE TABLE countersign.alarm (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	host text NOT NULL,
	repository text NOT NULL,
	"time" timestamptz NOT NULL DEFAULT now(),
	what text NOT NULL
);

-- Stops and resumes: `text` is what was signed, `signature` SSH's over it.
CREATE TABLE countersign.orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	host text NOT NULL,
	"time" timestamptz NOT NULL DEFAULT now(),
	text text NOT NULL CHECK (octet_length(text) <= 16384),
	signature text NOT NULL CHECK (octet_length(signature) <= 16384)
);

-- That an approved change of a repository on several servers lands: once.
CREATE TABLE countersign.used (
	repository text NOT NULL,
	digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
	use bigint NOT NULL,
	host text NOT NULL,
	change text NOT NULL,
	"time" timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (repository, digest, use)
);

-- ---- what hosts may do

-- The name under which the role that is logged in has joined.
CREATE FUNCTION countersign.me() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT name FROM countersign.host WHERE role = session_user AND left_at IS NULL
$$;

-- Joins under that name, or again; a name of another role's is refused.
CREATE FUNCTION countersign.join_fleet(as_name text, as_version text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	INSERT INTO countersign.host (name, role, version) VALUES (as_name, session_user, as_version)
	ON CONFLICT (name) DO UPDATE SET left_at = NULL, seen = now(), version = excluded.version
	WHERE host.role = excluded.role;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the name % belongs to another role', as_name USING ERRCODE = '42501';
	END IF;
END
$$;

-- Leaves; what the host told stays.
CREATE FUNCTION countersign.leave_fleet() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	UPDATE countersign.host SET left_at = now() WHERE role = session_user
$$;

-- The host is there; the answer is the number of the newest order. NULL: it has not joined.
CREATE FUNCTION countersign.beat(as_version text, applied bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	UPDATE countersign.host SET seen = now(), version = as_version, orders = applied
	WHERE role = session_user AND left_at IS NULL;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT coalesce(max(id), 0) FROM countersign.orders);
END
$$;

-- How far the log of one of the host's repositories has come, which is locked until the transaction ends.
CREATE FUNCTION countersign.tip(of_repository text, of_name text, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	mine text := countersign.me();
BEGIN
	IF mine IS NULL THEN
		RAISE EXCEPTION 'this host has not joined' USING ERRCODE = '42501';
	END IF;
	INSERT INTO countersign.repository (host, id, name) VALUES (mine, of_repository, of_name)
	ON CONFLICT (host, id) DO UPDATE SET name = excluded.name WHERE repository.name <> excluded.name;
	SELECT r.seq, r.hash INTO seq, hash FROM countersign.repository r
	WHERE r.host = mine AND r.id = of_repository FOR UPDATE;
END
$$;

-- Makes the partitions of the months between, as far as they are near to now.
CREATE FUNCTION countersign.months(since timestamptz, until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	month timestamp := date_trunc('month', greatest(since, now() - interval '10 years') AT TIME ZONE 'UTC');
	last timestamp := date_trunc('month', least(until, now() + interval '2 months') AT TIME ZONE 'UTC');
	part text;
BEGIN
	WHILE month <= last LOOP
		part := 'log_' || to_char(month, 'YYYY_MM');
		IF to_regclass('countersign.' || part) IS NULL THEN
			PERFORM pg_advisory_xact_lock(hashtext('countersign.months'));
			BEGIN
				EXECUTE format('CREATE TABLE IF NOT EXISTS countersign.%I PARTITION OF countersign.log'
					' FOR VALUES FROM (%L) TO (%L)', part, month AT TIME ZONE 'UTC',
					(month + interval '1 month') AT TIME ZONE 'UTC');
			EXCEPTION WHEN check_violation THEN
				NULL; -- rows of that month are among the others already, and stay there
			END;
		END IF;
		month := month + interval '1 month';
	END LOOP;
END
$$;

-- A text as the hash of a row has it: its length in eight bytes, then itself. Simple enough to become part of the
-- statement that asks, which has a search_path of its own.
CREATE FUNCTION countersign.framed(t text) RETURNS bytea LANGUAGE sql STABLE AS $$
	SELECT pg_catalog.int8send(pg_catalog.octet_length(t)::bigint)
		OPERATOR(pg_catalog.||) pg_catalog.convert_to(t, 'UTF8')
$$;

-- Rows go on from where the log is, and are what their hashes say; else none of them is taken.
CREATE FUNCTION countersign.log_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	mine text := countersign.me();
	part record;
	at record;
	bad bigint;
BEGIN
	FOR part IN SELECT n.host, n.repository, min(n.seq) AS low, max(n.seq) AS high, count(*) AS rows,
		count(DISTINCT n.seq) AS numbers FROM new_rows n GROUP BY n.host, n.repository
	LOOP
		IF part.host IS DISTINCT FROM mine THEN
			RAISE EXCEPTION 'rows of host % are not for % to add', part.host, session_user
			USING ERRCODE = '42501';
		END IF;
		SELECT r.seq, r.hash INTO at FROM countersign.repository r
		WHERE r.host = part.host AND r.id = part.repository FOR UPDATE;
		IF NOT FOUND OR part.low <> at.seq + 1 OR part.high - part.low + 1 <> part.rows OR part.rows <> part.numbers THEN
			RAISE EXCEPTION 'rows do not go on from row %', at.seq USING ERRCODE = 'CS001';
		END IF;
		SELECT min(c.seq) INTO bad FROM (
			SELECT n.seq, n.previous, n.hash, n.raw,
				coalesce(lag(n.hash) OVER (ORDER BY n.seq), at.hash) AS before,
				countersign.framed('countersign-log-1') || countersign.framed(n.previous) ||
					countersign.framed(n.seq::text) AS head,
				countersign.framed(n.time_text) || countersign.framed(n.kind) || countersign.framed(n.account) ||
					countersign.framed(n.ref) || countersign.framed(n.old) || countersign.framed(n.new) ||
					countersign.framed(n.decision) || countersign.framed(n.policy) ||
					countersign.framed(n.verdict) AS rest
			FROM new_rows n WHERE n.host = part.host AND n.repository = part.repository) c
		WHERE c.previous <> c.before OR
			(c.raw IS NOT NULL AND substring(c.raw FROM 1 FOR length(c.head)) <> c.head) OR
			c.hash <> encode(sha256(coalesce(c.raw, c.head || c.rest)), 'hex');
		IF bad IS NOT NULL THEN
			RAISE EXCEPTION 'the chain of the log is broken at row %', bad USING ERRCODE = 'CS002';
		END IF;
		UPDATE countersign.repository r SET seq = part.high,
			hash = (SELECT n.hash FROM new_rows n WHERE n.host = part.host AND n.repository = part.repository
				AND n.seq = part.high)
		WHERE r.host = part.host AND r.id = part.repository;
	END LOOP;
	BEGIN
		INSERT INTO countersign.agent AS a (name, host, repository, first, last, decisions)
		SELECT w.name, n.host, n.repository, min(n."time"), max(n."time"), count(*)
		FROM new_rows n, json_array_elements_text(n.verdict::json -> 'agents') AS w(name)
		WHERE n.kind = 'decision' AND json_typeof(n.verdict::json -> 'agents') = 'array'
		GROUP BY w.name, n.host, n.repository
		ON CONFLICT (name, host, repository) DO UPDATE SET first = least(a.first, excluded.first),
			last = greatest(a.last, excluded.last), decisions = a.decisions + excluded.decisions;
	EXCEPTION WHEN data_exception THEN
		NULL; -- a verdict that names nobody we could count
	END;
	RETURN NULL;
END
$$;
CREATE TRIGGER log_check AFTER INSERT ON countersign.log REFERENCING NEW TABLE AS new_rows
	FOR EACH STATEMENT EXECUTE FUNCTION countersign.log_check();

-- Orders wake the hosts.
CREATE FUNCTION countersign.orders_tell() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM pg_notify('countersign', 'orders');
	RETURN NULL;
END
$$;
CREATE TRIGGER orders_tell AFTER INSERT ON countersign.orders
	FOR EACH STATEMENT EXECUTE FUNCTION countersign.orders_tell();

-- Each adds rows of its own alone.
ALTER TABLE countersign.hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON countersign.hold FOR SELECT USING (true);
CREATE POLICY own_add ON countersign.hold FOR INSERT WITH CHECK (host = countersign.me());
CREATE POLICY own_change ON countersign.hold FOR UPDATE USING (host = countersign.me());
ALTER TABLE countersign.alarm ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON countersign.alarm FOR SELECT USING (true);
CREATE POLICY own_add ON countersign.alarm FOR INSERT WITH CHECK (host = countersign.me());
ALTER TABLE countersign.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON countersign.orders FOR SELECT USING (true);
CREATE POLICY own_add ON countersign.orders FOR INSERT WITH CHECK (host = countersign.me());
ALTER TABLE countersign.used ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON countersign.used FOR SELECT USING (true);
CREATE POLICY own_add ON countersign.used FOR INSERT WITH CHECK (host = countersign.me());

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA countersign FROM PUBLIC;
GRANT USAGE ON SCHEMA countersign TO countersign_host, countersign_desk;
GRANT SELECT ON ALL TABLES IN SCHEMA countersign TO countersign_host, countersign_desk;
GRANT EXECUTE ON FUNCTION countersign.me() TO countersign_host, countersign_desk;
GRANT EXECUTE ON FUNCTION countersign.join_fleet(text, text), countersign.leave_fleet(), countersign.beat(text, bigint),
	countersign.tip(text, text), countersign.months(timestamptz, timestamptz) TO countersign_host;
GRANT INSERT ON countersign.log, countersign.used TO countersign_host;
-- The numbers and the times of these are the database's own.
GRANT INSERT (host, repository, what) ON countersign.alarm TO countersign_host;
GRANT INSERT (host, text, signature) ON countersign.orders TO countersign_host;
GRANT INSERT, UPDATE ON countersign.hold TO countersign_host;
