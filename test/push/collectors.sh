# What is sent to those who collect events: CloudEvents as npm's library reads them, and OCSF as its schema has it.
. "${0%/*}/lib.sh"
. "${0%/*}/signing.inc"

command -v python3 >/dev/null 2>&1 || {
	printf '1..0 # SKIP python3 is not on this machine\n'
	trap - EXIT
	rm -rf "$story"
	exit 77
}
library=$BUILD_DIR/npm-cloudevents

# Receives, and appends a line for each request: its media type, a tab, and what was sent.
cat >"$story/receiver.py" <<'END'
import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open(sys.argv[1] + self.path, "a", encoding="utf-8") as file:
            file.write(self.headers["Content-Type"] + "\t" + body + "\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
END
mkfifo "$story/ready"
python3 "$story/receiver.py" "$story" >"$story/ready" 2>/dev/null &
at_end "kill $!; wait $! 2>/dev/null || :"
read -r port <"$story/ready"

# sent_to FORMAT: its lines, once all has been delivered.
sent_to()
{
	printf '%s\n' "$server" >"$story/list"
	"$prefix/bin/countersign-deliver" --list "$story/list" >/dev/null 2>&1 || :
	cat "$story/$1"
}

# told FORMAT: every type of event goes there, as it happens.
told()
{
	server
	: >"$story/$1"
	site_says '{}'
	governed '' "$rules, { \"name\": \"watch\", \"paths\": [\"/watched\"], \"action\": \"warn\" },
		{ \"name\": \"closed\", \"paths\": [\"/closed/\"], \"action\": \"deny\" }"
	sed -i "s|\"approval\":|\"webhooks\": [ { \"url\": \"http://127.0.0.1:$port/$1\", \"format\": \"$1\" } ], \"approval\":|" \
		"$server/countersign/policy.json"
	exits 0 countersign policy check "$server/countersign/policy.json"
	person robot
	agent claude-code
	branch closed origin/main
	commit 'closed/a "b" <c>.txt' 'x'
	push closed:main
	expect denied
	branch warned origin/main
	commit watched 'x'
	push warned:main
	expect landed
	in_work fetch -q origin
	now=$(($(date +%s) - 60))
	hold_change 'infra/naïve/main.tf'
	for decision in reject withdraw approve; do
		GIT_COMMITTER_DATE=$((now += 10))
		export GIT_COMMITTER_DATE
		decide bob "$decision"
		expect landed
	done
	unset GIT_COMMITTER_DATE
	push_again
	expect landed
	exits 0 countersign stop claude-code --reason 'seen to misbehave' --repo "$server"
	exits 0 countersign resume claude-code --repo "$server"
	sent_to "$1" >"$story/lines"
	LC_ALL=C sed -i 's/misbehave/misbehaVe/g' "$server"/countersign/state.db*
	exits 1 countersign log verify --repo "$server"
	sent_to "$1" >"$story/lines"
	: >"$out"
	cut -f 2- "$story/lines" >"$story/bodies"
}

types='approved denied held landed rejected resumed stopped tampered warned withdrawn'

sentence "All that happens reaches a collector as CloudEvents 1.0"
told cloudevents
same 'types' "$types" "$(python3 -c 'import json, sys
print(" ".join(sorted(json.loads(line)["type"].removeprefix("countersign.") for line in sys.stdin)))' <"$story/bodies")"
same 'media types' 'application/cloudevents+json; charset=utf-8' "$(cut -f 1 "$story/lines" | sort -u)"
python3 - "$story/bodies" "$hold" >"$out" 2>&1 <<'END' || fail 'an event is not as CloudEvents are'
import datetime, json, re, sys

ids = set()
for line in open(sys.argv[1], encoding="utf-8"):
    event = json.loads(line)
    assert event["specversion"] == "1.0" and event["datacontenttype"] == "application/json", event
    assert re.fullmatch(r"[a-z0-9]+", "".join(set(event) - {"data"})), event.keys()  # names of attributes
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", event["source"]), event["source"]
    datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
    assert event["data"]["log"] and event["data"]["verdict"]["version"] == 1, event
    assert ("subject" in event) == bool(event["data"]["verdict"].get("ref")), event
    ids.add(event["id"])
    if event["type"] == "countersign.held":
        assert event["data"]["verdict"]["hold"] == sys.argv[2] and event["subject"] == "refs/heads/main", event
        assert "na\u00efve" in event["data"]["verdict"]["findings"][0]["path"], event
assert len(ids) == 10
END

sentence "The library of CloudEvents for node takes each of them as it was sent"
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	skip 'no node or no npm'
elif ! { [ -d "$library/node_modules/cloudevents" ] ||
	timeout 60 npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$library" cloudevents >/dev/null 2>&1; }; then
	skip 'the package cloudevents cannot be had'
else
	cat >"$story/read.js" <<'END'
const { HTTP, CloudEvent } = require(process.argv[2] + "/node_modules/cloudevents");
let count = 0;
for (const line of require("fs").readFileSync(process.argv[3], "utf8").split("\n").filter(Boolean)) {
  const [type, body] = line.split("\t");
  const event = HTTP.toEvent({ headers: { "content-type": type }, body });
  if (!(event instanceof CloudEvent) || !event.validate() || event.data.verdict === undefined) throw new Error(line);
  if (event.data_base64 !== undefined) throw new Error("data is not JSON");
  count++;
}
let refused = false;
try { new CloudEvent({ ...JSON.parse('{"specversion":"1.0","id":"1","type":"x"}'), source: "" }); } catch { refused = true; }
if (!refused) throw new Error("the library refuses nothing");
console.log(count);
END
	exits 0 node "$story/read.js" "$library" "$story/lines"
	same 'events' 10 "$(cat "$out")"
fi

sentence "All that happens reaches a collector as OCSF, and is as the schema has it"
told ocsf
same 'media types' 'application/json' "$(cut -f 1 "$story/lines" | sort -u)"
same 'types' "$types" "$(python3 -c 'import json, sys
print(" ".join(sorted(json.loads(line)["metadata"]["event_code"] for line in sys.stdin)))' <"$story/bodies")"
exits 0 python3 "$SOURCE_DIR/test/tool/ocsf.py" check "$SOURCE_DIR/test/data/ocsf/1.2.0.json" <"$story/bodies"
said '10 events, 0 amiss'
python3 - "$story/bodies" "$hold" >"$out" 2>&1 <<'END' || fail 'it does not say what happened'
import json, sys

events = {}
for line in open(sys.argv[1], encoding="utf-8"):
    event = json.loads(line)
    events[event["metadata"]["event_code"]] = event
held, denied = events["held"], events["denied"]
assert (held["type_uid"], denied["type_uid"]) == (200401, 200401)
assert held["metadata"]["correlation_uid"] == sys.argv[2] == held["finding_info"]["uid"][:16]
assert events["approved"]["metadata"]["correlation_uid"] == events["landed"]["metadata"]["correlation_uid"] == sys.argv[2]
assert held["finding_info"]["analytic"]["name"] == "infrastructure"
evidence = held["evidences"][0]
assert evidence["file"] == {"name": "main.tf", "path": "infra/na\u00efve/main.tf", "type_id": 1}, evidence
assert evidence["actor"] == {"user": {"name": "dev1"}, "app_name": "claude-code"}, evidence
assert events["approved"]["actor"]["user"]["name"] == "bob" and events["approved"]["api"]["operation"] == "approve"
assert events["landed"]["type_uid"] == 600303 and events["stopped"]["class_uid"] == 6003
assert events["tampered"]["severity"] == "Critical"
assert held["unmapped"]["countersign"]["verdict"]["hold"] == sys.argv[2]
END

sentence "The check finds what is amiss"
for change in 'del event["time"]' 'event["severity_id"] = 17' 'event["severity"] = "Fatal"' 'event["type_uid"] = 1' 'event["metadata"]["product"] = {}' \
	'event["colour"] = "red"' 'event["status_id"] = "1"' 'event["class_uid"] = 2003' 'event["resources"] = {}' 'event["metadata"]["version"] = "9"' \
	'event.get("finding_info", event).pop("uid", event.pop("api", None))'; do
	python3 -c "import json, sys
for line in sys.stdin:
    event = json.loads(line)
    $change
    print(json.dumps(event))" <"$story/bodies" >"$story/changed"
	exits 1 python3 "$SOURCE_DIR/test/tool/ocsf.py" check "$SOURCE_DIR/test/data/ocsf/1.2.0.json" <"$story/changed"
	said '10 amiss'
done

sentence "A sample of each can be sent by hand"
for format in cloudevents ocsf; do
	: >"$story/$format"
	exits 0 countersign events test "http://127.0.0.1:$port/$format" --format "$format" --repo "$server"
	same "samples of $format" 14 "$(wc -l <"$story/$format" | tr -d ' ')"
done
cut -f 2- "$story/ocsf" >"$story/bodies"
exits 0 python3 "$SOURCE_DIR/test/tool/ocsf.py" check "$SOURCE_DIR/test/data/ocsf/1.2.0.json" <"$story/bodies"
