-- The second step of the fleet's schema, behind fleet.sql: decisions of people, for all hosts.
--
--	countersign fleet init --print | psql --single-transaction --set ON_ERROR_STOP=1 DATABASE	all steps, for a new fleet
--	psql --single-transaction --set ON_ERROR_STOP=1 --file fleet-2.sql DATABASE			this one, for one of version 1

UPDATE countersign.schema_version SET version = 2;

-- Approvals, rejections and withdrawals: `object` is the signed tag, as git has it. Each host pushes it into its own
-- repository, whose hooks verify it as any other: who can write here can withhold one, and make none.
CREATE TABLE countersign.decision (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	host text NOT NULL,
	"time" timestamptz NOT NULL DEFAULT now(),
	repository text NOT NULL CHECK (octet_length(repository) <= 64),
	hold text NOT NULL CHECK (hold ~ '^[0-9a-f]{16}$'),
	digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
	person text NOT NULL CHECK (octet_length(person) <= 256),
	object bytea NOT NULL CHECK (octet_length(object) <= 65536)
);
CREATE UNIQUE INDEX decision_once ON countersign.decision (repository, hold, person, sha256(object));

-- What the hooks of a host have said to it.
CREATE TABLE countersign.decision_outcome (
	decision bigint NOT NULL REFERENCES countersign.decision,
	host text NOT NULL,
	taken boolean NOT NULL,
	said text NOT NULL CHECK (octet_length(said) <= 65536),
	"time" timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (decision, host)
);

CREATE TRIGGER decision_tell AFTER INSERT ON countersign.decision
	FOR EACH STATEMENT EXECUTE FUNCTION countersign.orders_tell();

-- Where each host's review page is, for those who read what waits on all hosts.
ALTER TABLE countersign.host ADD COLUMN review text NOT NULL DEFAULT '' CHECK (octet_length(review) <= 1024 AND
	review ~ '^(https?://[^[:space:]]+)?$');
CREATE FUNCTION countersign.review_is(at_address text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	UPDATE countersign.host SET review = at_address
	WHERE role = session_user AND left_at IS NULL AND review <> at_address
$$;
REVOKE ALL ON FUNCTION countersign.review_is(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION countersign.review_is(text) TO countersign_host;

ALTER TABLE countersign.decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON countersign.decision FOR SELECT USING (true);
CREATE POLICY own_add ON countersign.decision FOR INSERT WITH CHECK (host = countersign.me());
ALTER TABLE countersign.decision_outcome ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON countersign.decision_outcome FOR SELECT USING (true);
CREATE POLICY own_add ON countersign.decision_outcome FOR INSERT WITH CHECK (host = countersign.me());

GRANT SELECT ON countersign.decision, countersign.decision_outcome TO countersign_host, countersign_desk;
GRANT INSERT (host, repository, hold, digest, person, object) ON countersign.decision TO countersign_host;
GRANT INSERT (decision, host, taken, said) ON countersign.decision_outcome TO countersign_host;
