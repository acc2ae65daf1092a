# title: adds a submodule from elsewhere
# part: paths
# line: "rules": { "name": "git-controls", "paths": ["class:git-controls"], "action": "hold", "approvers": [...] }
put .gitmodules '[submodule "lib"]
	path = lib
	url = https://example.com/lib.git'
in_work update-index --add --cacheinfo "160000,$(in_work rev-parse HEAD),${inside}lib"
commit
attempt "HEAD:$main"
