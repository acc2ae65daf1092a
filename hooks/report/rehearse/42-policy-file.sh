# title: edits the policy that the repository carries
# part: instructions
# line: "delegates": [...]
# line: "rules": { "name": "policy", "paths": ["/.countersign.json"], "by": "anyone", "action": "hold", "approvers": [...] }
put .countersign.json '{ "version": 1, "mode": "observe" }'
commit
attempt "HEAD:$main"
