/*
 * The one script of the review page: asks the browser for a passkey's answer, and hands it on.
 * Everything else on the page works without it.  What it shows it sets as text.
 */
'use strict';

const bytesOf = (base64) =>
	Uint8Array.from(atob(base64.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

const base64Of = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

async function post(body) {
	const answer = await fetch(location.pathname, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	});
	const said = await answer.json().catch(() => ({ error: 'the server did not answer in words' }));

	if (!answer.ok)
		throw new Error(said.error || answer.statusText);
	return said;
}

/* Passkeys belong to one origin: elsewhere none would count. */
function checkOrigin(origin) {
	if (location.origin !== origin)
		throw new Error('open this page at ' + origin + ', where your passkey belongs');
	if (!window.PublicKeyCredential)
		throw new Error('this browser has no passkeys');
}

async function decide(form, decision, say) {
	const asked = {
		decision,
		why: form.elements.why.value.trim(),
		person: form.elements.person.value,
	};

	if (decision === 'reject' && !asked.why)
		throw new Error('say why');
	const offered = await post(asked);

	checkOrigin(offered.origin);
	say('Your passkey is asked to sign this decision.');
	const credential = await navigator.credentials.get({
		publicKey: {
			challenge: bytesOf(offered.challenge),
			rpId: offered.rpId,
			allowCredentials: offered.credentials.map((id) => ({ type: 'public-key', id: bytesOf(id) })),
			userVerification: offered.verified ? 'required' : 'preferred',
		},
	});

	say('It is handed on.');
	return post({
		...asked,
		time: offered.time,
		credential: base64Of(credential.rawId),
		authenticatorData: base64Of(credential.response.authenticatorData),
		clientDataJSON: base64Of(credential.response.clientDataJSON),
		signature: base64Of(credential.response.signature),
	});
}

async function enrol(form, say) {
	const offered = await post({});

	checkOrigin(offered.origin);
	say('Your device is asked to make a passkey.');
	const credential = await navigator.credentials.create({
		publicKey: {
			challenge: bytesOf(offered.challenge),
			rp: { id: offered.rpId, name: 'Countersign' },
			user: {
				id: bytesOf(offered.user),
				name: offered.person,
				displayName: offered.person,
			},
			pubKeyCredParams: [
				{ type: 'public-key', alg: -7 },
				{ type: 'public-key', alg: -8 },
			],
			authenticatorSelection: { userVerification: offered.verified ? 'required' : 'preferred' },
			attestation: 'none',
		},
	});

	return post({
		credential: base64Of(credential.rawId),
		authenticatorData: base64Of(credential.response.getAuthenticatorData()),
		clientDataJSON: base64Of(credential.response.clientDataJSON),
	});
}

/* Does what a form is for, once at a time, and says how it went. */
function attend(form, act, done) {
	const status = form.querySelector('[role=status]');
	const say = (text) => {
		status.textContent = text;
	};

	form.hidden = false;
	form.addEventListener('submit', async (event) => {
		const buttons = form.querySelectorAll('button');

		event.preventDefault();
		for (const button of buttons)
			button.disabled = true;
		try {
			const answer = await act(event.submitter ? event.submitter.value : '', say);

			say(answer.said || 'Done.');
			done();
		} catch (error) {
			say('Not done: ' + error.message);
			for (const button of buttons)
				button.disabled = false;
		}
	});
}

const decision = document.getElementById('decide');
const enrolment = document.getElementById('enrol');

if (decision)
	attend(decision, (word, say) => decide(decision, word, say), () => location.reload());
if (enrolment)
	attend(enrolment, (word, say) => enrol(enrolment, say), () => {});
