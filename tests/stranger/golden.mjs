// Read the golden file of the wire to the values that stand in it: docs/PROTOCOL.md §15.
//   node golden.mjs FILE
// One JSON object on stdout: how many of each held.

import { createDecipheriv, createHmac, createPrivateKey, createPublicKey,
  diffieHellman } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Certificate, DIGITAL_SIGNATURE, H, b64u, grewFrom, grow, hashOf, headerOf, keyOf, leafOf,
  must, open, publicKey, rawOf, readJson, rootByPath, rootOf, thumbprint, unb64u } from './proof.mjs';
import { Policy } from './policy.mjs';

const golden = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { session, scope, time, request } = golden;

const policy = new Policy('centre-339901', golden.genesis);
golden.policy.forEach(([jws, body, act], i) => policy.take({ n: i + 1, jws, body, act }));

// The login: card, delegation, device proof.
const { dlg, devproof, chain } = session.login;
const card = new Certificate(unb64u(chain[0]));
card.check(policy.authorities, DIGITAL_SIGNATURE, golden.now);
must(headerOf(dlg)['x5t#S256'] === card.x5t, 'reader.key_unknown');
const delegation = open(dlg, 'hall-dlg+jws', () => card.key);
must(delegation.person === card.person && hashOf(dlg) === session.kid, 'proof.delegation_person');
const device = keyOf(createPrivateKey({ key: unb64u(time.device_key), format: 'der', type: 'pkcs8' }));
must(open(devproof, 'hall-devproof+jws', () => publicKey(device.jwk)).dlg === session.kid, 'proof.delegation_key');

// Its events: one chain, signed by the session's key; an act where there is one.
let [seq, prev] = [delegation.seq0, delegation.head0];
for (const { record: [jws, body, act], hash, raw } of session.events) {
  const core = open(jws, 'hall-event+jws', () => publicKey(delegation.spk));
  must(core.seq === seq + 1 && core.prev === prev, 'proof.chain_broken');
  must(core.body === H(body) && Object.keys(readJson(body))[0] === 'salt', 'proof.body_differs');
  must(hashOf(jws) === hash && rawOf(jws) === raw, 'proof.outcome_differs');
  must((act === null ? null : rawOf(act)) === core.act, 'proof.act_differs');
  if (act !== null) {
    const [person, signing] = policy.holder(headerOf(act)['x5t#S256']);
    const signed = open(act, 'hall-act+jws', () => signing.key);
    must(person === delegation.person && signed.sum === H(session.shown), 'proof.act_foreign');
    for (const name of ['aud', 'id', 'dev', 'inc', 'scope', 'case', 'cprev', 'kind', 'body', 'anc', 'at']) {
      must(signed[name] === core[name], 'proof.act_differs', { name });
    }
  }
  [seq, prev] = [core.seq, hash];
}

// The scope's tree, head by head, its growth, and one receipt.
const frontier = [];
scope.outcomes.forEach((outcome, i) => {
  grow(frontier, leafOf(outcome));
  const head = open(scope.heads[i], 'hall-sth+jws', ({ kid }) => policy.keys.log.get(kid));
  must(head.size === i + 1 && head.root === b64u(rootOf(frontier)), 'proof.centre_fork');
});
const [first, , third] = scope.heads.map((jws) => readJson(unb64u(jws.split('.')[1]).toString()));
must(grewFrom(first.size, first.root, third.size, third.root, scope.growth), 'proof.centre_fork');
must(!grewFrom(first.size, third.root, third.size, third.root, scope.growth), 'stranger.proves_anything');
const { outcome, index, path } = scope.receipt;
must(b64u(rootByPath(leafOf(outcome), index, third.size, path)) === third.root, 'proof.receipt_path');

// Time, and the key of the check codes that the lease carries, sealed to the device (HPKE).
const asked = open(time.request, 'hall-ancreq+jws', () => publicKey(device.jwk));
const anchor = open(time.anchor, 'hall-anchor+jws', ({ kid }) => policy.keys.anchor.get(kid));
must(anchor.n === asked.n && anchor.head === asked.head, 'proof.anchor_foreign');
const lease = open(time.lease, 'hall-lease+jws', ({ kid }) => policy.keys.lease.get(kid), { limit: 131072 });
const kcc = unseal(unb64u(lease.kcc), `hall-kcc-v1\0${lease.aud}\0${lease.id}\0${lease.dev}`);
must(b64u(kcc) === time.kcc, 'proof.sealed');
must(checkCode(kcc, time.case) === time.check_code, 'proof.sealed');

// A request's proof.
const proof = readDpop(request.proof);
must(proof.bh === H(request.body) && proof.ath === H(request.token), 'proof.request_differs');

console.log(JSON.stringify({ policy: policy.size, events: session.events.length,
  heads: scope.heads.length, check_code: time.check_code, htu: proof.htu }));

function readDpop(jws) {
  const { jwk } = headerOf(jws);
  must(thumbprint(jwk).length === 43, 'reader.key');
  // RFC 9449 knows no `v`.
  return open(jws, 'dpop+jwt', () => publicKey(jwk), { version: null });
}

/** First ten Crockford characters: 50 bits from the front. */
function checkCode(key, number) {
  const mac = createHmac('sha256', key).update(number).digest();
  const bits = [...mac].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: 10 }, (_, i) =>
    '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[parseInt(bits.slice(5 * i, 5 * i + 5), 2)]).join('');
}

/** HPKE base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (RFC 9180). */
function unseal(sealed, info) {
  const enc = sealed.subarray(0, 65);
  const box = sealed.subarray(65);
  const x = b64u(enc.subarray(1, 33));
  const y = b64u(enc.subarray(33));
  const theirs = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const dh = diffieHellman({ privateKey: device.key, publicKey: theirs });
  const own = Buffer.concat([Buffer.from([4]), unb64u(device.jwk.x), unb64u(device.jwk.y)]);
  const kem = Buffer.concat([Buffer.from('KEM'), Buffer.from([0, 0x10])]);
  const shared = labelled(kem, Buffer.alloc(0), dh, 'eae_prk', 'shared_secret', Buffer.concat([enc, own]), 32);
  const suite = Buffer.concat([Buffer.from('HPKE'), Buffer.from([0, 0x10, 0, 1, 0, 2])]);
  const hash = (label, input) => extract(Buffer.alloc(0), Buffer.concat([Buffer.from('HPKE-v1'), suite, Buffer.from(label), input]));
  const context = Buffer.concat([Buffer.from([0]), hash('psk_id_hash', Buffer.alloc(0)), hash('info_hash', Buffer.from(info))]);
  const keyed = (label, length) => labelled(suite, shared, Buffer.alloc(0), 'secret', label, context, length);
  const cipher = createDecipheriv('aes-256-gcm', keyed('key', 32), keyed('base_nonce', 12));
  cipher.setAuthTag(box.subarray(-16));
  return Buffer.concat([cipher.update(box.subarray(0, -16)), cipher.final()]);
}

function extract(salt, input) {
  return createHmac('sha256', salt.length ? salt : Buffer.alloc(32)).update(input).digest();
}

function labelled(suite, salt, input, first, second, info, length) {
  const prk = extract(salt, Buffer.concat([Buffer.from('HPKE-v1'), suite, Buffer.from(first), input]));
  const two = Buffer.alloc(2);
  two.writeUInt16BE(length);
  return expand(prk, Buffer.concat([two, Buffer.from('HPKE-v1'), suite, Buffer.from(second), info]), length);
}

/** HKDF-Expand for one block: T(1) = HMAC(prk, info || 1). */
function expand(prk, info, length) {
  return createHmac('sha256', prk).update(info).update(Buffer.from([1])).digest().subarray(0, length);
}
