# title: edits a file outside its paths and undoes that in the next commit
# part: paths
# line: "agents": { "*": { "scope": ["/src/", "/docs/"] } }
put "$REHEARSAL_OUTSIDE" 'Elsewhere.'
commit
drop "$REHEARSAL_OUTSIDE"
commit
attempt "HEAD:$main"
