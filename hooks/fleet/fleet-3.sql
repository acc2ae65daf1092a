-- The third step of the fleet's schema, behind fleet-2.sql: what servers of one repository tell each other.
--
--	countersign fleet init --print | psql --single-transaction --set ON_ERROR_STOP=1 DATABASE	all steps, for a new fleet
--	psql --single-transaction --set ON_ERROR_STOP=1 --file fleet-3.sql DATABASE			this one, for one of version 2

UPDATE countersign.schema_version SET version = 3;

-- Which accounts brought agents' commits, what agents made, what they spent. A host takes it as another's word: it makes
-- an agent's change stricter, and lifts nothing. `time` is by the database's clock, since those of hosts differ.
CREATE TABLE countersign.shared (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	host text NOT NULL,
	repository text NOT NULL CHECK (repository ~ '^[0-9a-f]{32}$'),
	item text NOT NULL CHECK (item ~ '^[0-9a-f]{32}$'),
	"time" timestamptz NOT NULL,
	body bytea NOT NULL CHECK (octet_length(body) <= 2097152),
	UNIQUE (repository, item)
);
CREATE INDEX shared_next ON countersign.shared (repository, id);
ALTER TABLE countersign.repository ADD COLUMN shared_tip text NOT NULL DEFAULT '';

-- One after the other, so that nobody who reads up to a number misses a lower one that is not there yet.
CREATE FUNCTION countersign.share(of_repository text, of_items text[], ages bigint[], bodies text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	mine text := countersign.me();
BEGIN
	PERFORM pg_advisory_xact_lock(hashtext('countersign.shared'));
	UPDATE countersign.repository SET shared_tip = of_items[array_length(of_items, 1)]
	WHERE host = mine AND id = of_repository;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no repository of this host' USING ERRCODE = '42501';
	END IF;
	INSERT INTO countersign.shared (host, repository, item, "time", body)
	SELECT mine, of_repository, u.item, now() - greatest(u.age, 0) * interval '1 millisecond', decode(u.body, 'base64')
	FROM unnest(of_items, ages, bodies) WITH ORDINALITY AS u(item, age, body, n) ORDER BY u.n
	ON CONFLICT (repository, item) DO NOTHING;
	PERFORM pg_notify('countersign', 'shared');
END
$$;

-- What hosts have borrowed of an agent's budget in a repository on several servers.
CREATE TABLE countersign.portion (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	host text NOT NULL,
	repository text NOT NULL,
	agent text NOT NULL CHECK (octet_length(agent) <= 512),
	"time" timestamptz NOT NULL DEFAULT now(),
	pushes bigint NOT NULL CHECK (pushes BETWEEN 0 AND 1000000000000),
	commits bigint NOT NULL CHECK (commits BETWEEN 0 AND 1000000000000)
);
CREATE INDEX portion_agent ON countersign.portion (repository, agent, "time");

-- Lends what is needed, and up to what is wanted as far as the limits leave it; no row: not even what is needed.
CREATE FUNCTION countersign.borrow(of_repository text, of_agent text, INOUT pushes bigint, INOUT commits bigint, limits text,
	OUT portion bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	mine text := countersign.me();
	more_pushes bigint;
	more_commits bigint;
	limit_of text[];
	spent record;
	amount bigint;
	left_over bigint;
BEGIN
	IF mine IS NULL THEN
		RAISE EXCEPTION 'this host has not joined' USING ERRCODE = '42501';
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended(of_repository || of_agent, 0));
	FOR limit_of IN SELECT regexp_matches(limits, '([pc])([0-9]{1,12})/([0-9]{1,9})', 'g') LOOP
		amount := limit_of[2]::bigint;
		SELECT coalesce(sum(p.pushes), 0)::bigint AS pushes, coalesce(sum(p.commits), 0)::bigint AS commits INTO spent
		FROM countersign.portion p WHERE p.repository = of_repository AND p.agent = of_agent AND
			p."time" > clock_timestamp() - limit_of[3]::bigint * interval '1 second';
		left_over := amount - CASE limit_of[1] WHEN 'p' THEN spent.pushes + pushes ELSE spent.commits + commits END;
		IF left_over < 0 THEN
			pushes := NULL;
			RETURN;
		END IF;
		IF limit_of[1] = 'p' THEN
			more_pushes := least(more_pushes, pushes + least(amount / 16, left_over));
		ELSE
			more_commits := least(more_commits, commits + least(amount / 16, left_over));
		END IF;
	END LOOP;
	more_pushes := coalesce(more_pushes, pushes);
	more_commits := coalesce(more_commits, commits);
	INSERT INTO countersign.portion AS p (host, repository, agent, "time", pushes, commits)
	VALUES (mine, of_repository, of_agent, clock_timestamp(), more_pushes, more_commits) RETURNING p.id INTO portion;
	pushes := more_pushes;
	commits := more_commits;
END
$$;

-- Gives back what was not spent of a portion of one's own.
CREATE FUNCTION countersign.give_back(of_portion bigint, of_pushes bigint, of_commits bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	UPDATE countersign.portion SET pushes = greatest(pushes - greatest(of_pushes, 0), 0),
		commits = greatest(commits - greatest(of_commits, 0), 0)
	WHERE id = of_portion AND host = countersign.me()
$$;

ALTER TABLE countersign.shared ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON countersign.shared FOR SELECT USING (true);
ALTER TABLE countersign.portion ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON countersign.portion FOR SELECT USING (true);
GRANT SELECT ON countersign.shared, countersign.portion TO countersign_host, countersign_desk;
REVOKE ALL ON FUNCTION countersign.share(text, text[], bigint[], text[]), countersign.give_back(bigint, bigint, bigint),
	countersign.borrow(text, text, bigint, bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION countersign.share(text, text[], bigint[], text[]), countersign.give_back(bigint, bigint, bigint),
	countersign.borrow(text, text, bigint, bigint, text) TO countersign_host;
