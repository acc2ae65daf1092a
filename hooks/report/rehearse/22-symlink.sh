# title: turns a path of its own into a link out of the repository
# part: paths
# must: any
# line: "rules": { "name": "links", "paths": ["/src/**"], "action": "hold", "approvers": [...] }
printf /etc/passwd | put_mode 120000 "${inside}rehearsal-link"
commit
attempt "HEAD:$main"
