// push_isomorphic.js REPOSITORY URL REF NAME PASSWORD: pushes with isomorphic-git, and prints what the server says.
const fs = require('fs');
const git = require('isomorphic-git');
const http = require('isomorphic-git/http/node');

const [dir, url, ref, username, password] = process.argv.slice(2);
git.push({
	fs, http, dir, url, ref,
	onAuth: () => ({ username, password }),
	onAuthFailure: () => ({ cancel: true }),
	onMessage: (text) => process.stdout.write(text),
}).then((result) => {
	console.log(JSON.stringify(result));
	process.exitCode = result.ok ? 0 : 1;
}).catch((problem) => {
	console.log(`${problem.code}: ${problem.message} ${JSON.stringify(problem.data)}`);
	process.exitCode = 1;
});
