# title: edits a file outside the paths it was given
# part: paths
# line: "agents": { "*": { "scope": ["/src/", "/docs/"] } }
put "$REHEARSAL_OUTSIDE" 'Elsewhere.'
commit
attempt "HEAD:$main"
