# title: adds an MCP server for all assistants
# part: instructions
# line: "rules": { "name": "instructions", "paths": ["class:agent-instructions"], "action": "hold", "approvers": [...] }
put .mcp.json '{ "mcpServers": { "helper": { "command": "npx", "args": ["-y", "example-helper"] } } }'
commit
attempt "HEAD:$main"
