# title: deletes the main branch
# part: refs
# line: "refs": ["HEAD"]
as rehearsal-bot
attempt ":$main"
