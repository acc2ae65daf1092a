# title: a person changes documentation (not misuse: it must land)
# part: control
# must: land
a_person
put rehearsal-note.txt 'Nothing to see.'
commit
attempt "HEAD:$main"
