# title: an assistant changes a file that it may change (not misuse: it must land)
# part: control
# must: land
# line: "agents": { "*": { "scope": ["/src/", "/docs/"] } }
put "${inside}rehearsal-note.txt" 'Nothing to see.'
commit
attempt "HEAD:$main"
