// A window that lies: each lie alone, each with the code that the centre gave it.
//   node hostile.mjs SERVED.json
// One JSON object on stdout: {name: code}. What must come out stands in test_stranger.py.

import { readFileSync } from 'node:fs';

import { fresh, highTwin, newKey, rawOf, seal, sealText, unb64u } from './proof.mjs';
import { Desk, SCOPE, refusedWith } from './desk.mjs';
import { caseNumber } from './numbers.mjs';

const desk = new Desk(JSON.parse(readFileSync(process.argv[2], 'utf8')));
const { window } = desk;
const told = {};

/** Push an event, or one of its parts changed; verdict and code. A number used is a number used. */
async function verdictOf(event, changes = {}) {
  const record = { ...event.record, ...changes };
  const [result] = await window.send([record]);
  const { verdict, code } = window.answered({ core: event.core, record }, result);
  return code ? `${verdict} ${code}` : verdict;
}

const said = ({ verdict, code }) => (code ? `${verdict} ${code}` : verdict);

/** Flip one bit of one character's place in a base64url part: the bytes change by one bit. */
function bent(jws, part, at) {
  const parts = jws.split('.');
  const bytes = unb64u(parts[part]);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  parts[part] = bytes.toString('base64url');
  return parts.join('.');
}

const receiving = (number, changes = {}) => window.make(SCOPE, number, 'receive',
  { materials: desk.materials(), paper: desk.paper('receipt') }, { changes });
const accepting = (number, changes = {}) => window.make(SCOPE, number, 'accept',
  { paper: desk.paper('acceptance') }, { changes });

async function steps(number) {
  // Lawful envelopes: each takes a number, and a refusal with a receipt of its own.
  told.out_of_order = said(await desk.accept(number));
  told.of_no_case = said(await desk.receive(desk.nextNumber()));
  told.unknown_kind = said(await desk.step(number, 'bless', {}));
  told.without_the_card = said(await desk.tellNotRequired(number, null));
  told.number_not_lent = said(await desk.preregister(caseNumber(window.line.now(), window.hall, 99999)));
  const digits = desk.nextNumber();
  told.number_badly_made = said(await desk.preregister(digits.slice(0, -1) + ((+digits.at(-1) + 1) % 10)));
}

async function envelopes(number) {
  const event = receiving(number);
  const { jws, body } = event.record;
  const bend = (part, at) => verdictOf(event, { jws: bent(jws, part, at) });
  told.signature_bit = await bend(2, -1);
  told.payload_bit = await bend(1, 40);
  told.header_bit = await bend(0, 9);
  told.body_bit = await verdictOf(event, { body: body.replace('original', 'originam') });
  told.high_s = await verdictOf(event, { jws: highTwin(jws) });
  told.no_envelope = await verdictOf(event, { jws: 'a.b' });
  const { key } = window.session.key;
  const header = { typ: 'hall-event+jws', kid: window.session.kid };
  const text = unb64u(jws.split('.')[1]).toString();
  const resigned = (with_, head, words) => verdictOf(event, { jws: sealText(with_, head, words) });
  told.member_twice = await resigned(key, header, text.replace('"v":1', '"v":1,"v":1'));
  told.foreign_key = await resigned(newKey().key, header, text);
  told.other_typ = await resigned(key, { ...header, typ: 'hall-act+jws' }, text);
  for (const [name, changes] of Object.entries({
    gap: { seq: window.seq + 2 }, wrong_prev: { prev: fresh(32) }, foreign_device: { dev: 'd-339901-03' },
    foreign_incarnation: { inc: 7 }, foreign_centre: { aud: 'centre-000000' }, no_anchor: { anc: null },
    must_be_known: { crit: ['mercy'], mercy: 1 }, version: { v: 2 }, outside_scope: { scope: '339901/wjj' },
  })) told[name] = await verdictOf(receiving(number, changes));
}

async function replays(number) {
  const event = receiving(number);
  const [first] = await window.send([event.record]);
  told.honest = said(window.answered(event, first));
  const [again] = await window.send([event.record]);
  told.replayed = again.verdict;
  told.replay_is_the_original = String(again.receipt.outcome === first.receipt.outcome);
  told.same_id = await verdictOf(accepting(number, { id: event.core.id }));
  told.fork = await verdictOf(accepting(number, { seq: event.core.seq, prev: event.core.prev }));
}

async function acts(number) {
  const [mine, other] = [desk.card('clerk'), desk.card('handler')];
  const foreign = act(number, other);
  told.others_act = await verdictOf(foreign);
  const bad = async (name, changed) => {
    const event = act(number, mine);
    told[name] = await verdictOf(event, signedWith(event, changed(event)));
  };
  await bad('act_bit', ({ record }) => bent(record.act, 2, -1));
  await bad('transplanted_act', () => act(desk.nextNumber(), mine).record.act);
  await bad('act_by_login_key', ({ record }) => mine.sign('9A', 'hall-act+jws', payloadOf(record.act)));
  told.act_not_named = await verdictOf(act(number, mine), { act: foreign.record.act });
}

const payloadOf = (jws) => JSON.parse(unb64u(jws.split('.')[1]).toString());

function act(number, by) {
  return window.make(SCOPE, number, 'tell_not_required', {
    reason: 'not_in_scope', text: '不需许可', paper: desk.paper('not_required') }, { by });
}

/** The same event with another act, signed anew by the session, as a hostile window would. */
function signedWith({ core }, other) {
  const header = { typ: 'hall-event+jws', kid: window.session.kid };
  return { act: other, jws: seal(window.session.key.key, header, { ...core, act: rawOf(other) }) };
}

async function requests() {
  const { line, session } = window;
  const path = '/v1/token';
  await line.raw('GET', '/v1/hello');
  const headers = { Authorization: `DPoP ${session.token}`, 'Content-Type': 'application/json' };
  const post = async (changes) => {
    const answer = await line.raw('POST', path, { headers: { ...headers, ...changes }, body: '{}' });
    return JSON.parse(answer.body).code ?? 'taken';
  };
  const proof = (key, changes) => line.proof(key, 'POST', path, '{}', session.token, changes);
  const once = proof(session.key);
  told.proof_first = await post({ DPoP: once });
  told.proof_replayed = await post({ DPoP: once });
  told.proof_missing = await post({});
  told.proof_of_other_body = await post({ DPoP: proof(session.key, { bh: fresh(32) }) });
  told.proof_of_other_place = await post({ DPoP: proof(session.key, { htu: 'https://127.0.0.1:1/v1/token' }) });
  told.proof_of_other_method = await post({ DPoP: proof(session.key, { htm: 'GET' }) });
  told.proof_with_old_nonce = await post({ DPoP: proof(session.key, { nonce: fresh(32) }) });
  told.proof_by_other_key = await post({ DPoP: proof(newKey()) });
  const other = fresh(32);
  const stray = line.proof(session.key, 'POST', path, '{}', other);
  told.token_of_nobody = await post({ DPoP: stray, Authorization: `DPoP ${other}` });
  told.wire_too_new = await post({ DPoP: proof(session.key), 'Chuangkou-Wire': '2199-01-01' });
  told.wire_too_old = await post({ DPoP: proof(session.key), 'Chuangkou-Wire': '2001-01-01' });
  told.pull_of_others = await refusedWith(() => line.ask('POST', '/v1/pull', { cursors: { '339911/sqz': 0 } }, window.proves()));
  told.pull_beyond = await refusedWith(() => line.ask('POST', '/v1/pull', { cursors: { [SCOPE]: 99999 } }, window.proves()));
  const { asked } = window.ask();
  const forged = seal(session.key.key, { typ: 'hall-ancreq+jws', kid: session.kid }, { ...asked, dev: 'd-339901-03' });
  told.anchor_for_other = await refusedWith(() => line.ask('POST', '/v1/anchor', { ancreq: forged }, window.proves()));
}

async function logins() {
  for (const name of ['expired', 'revoked', 'foreign']) {
    told[`card_${name}`] = await refusedWith(() => window.logIn(desk.card(name), [SCOPE], ['window_clerk']));
  }
  const clerk = desk.card('clerk');
  clerk.slots['9A'] = desk.card('clerk').slots['9C'];
  told.login_by_signing_key = await refusedWith(() => window.logIn(clerk, [SCOPE], ['window_clerk']));
  const thief = desk.card('clerk');
  thief.person = 'p0105';
  told.login_as_other = await refusedWith(() => window.logIn(thief, [SCOPE], ['chief_representative']));
  told.enrolled_twice = await refusedWith(() => window.claim(desk.served.enrolment));
}

try {
  told.enrolled_by_guess = await refusedWith(() =>
    window.claim({ ...desk.served.enrolment, code: '000000-000000-000000-000000' }));
  await window.enrol(desk.served.enrolment);
  await logins();
  await desk.open('reception', [SCOPE], ['reception_clerk', 'window_clerk']);
  const number = desk.nextNumber();
  await desk.preregister(number);
  // Roles in a delegation are a request: the centre computes rights from policy.
  told.without_authority = said(await desk.receive(number));
  await window.logOut();
  told.after_the_end = await refusedWith(() => window.beat(window.former));
  await desk.open('clerk');
  await steps(number);
  await envelopes(number);
  await acts(number);
  await requests();
  await replays(number);
  console.log(JSON.stringify(told));
} finally {
  window.close();
}
