// Values, envelopes, trees and certificates, from docs/PROTOCOL.md §1, §2, §4 and §7 alone.
// Nothing here comes from the product's code: Node's own crypto, and the document.

import { X509Certificate, createHash, createPublicKey, generateKeyPairSync, randomBytes, sign,
  verify } from 'node:crypto';

const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const SAFE = Number.MAX_SAFE_INTEGER;

/** What went wrong, by the code that the document gives it. */
export class Fault extends Error {
  constructor(code, details = {}) {
    super(`${code} ${JSON.stringify(details)}`);
    this.code = code;
    this.details = details;
  }
}

export function must(held, code, details) {
  if (!held) throw new Fault(code, details);
}

// ---------------------------------------------------------------- values (§1)

export const b64u = (bytes) => Buffer.from(bytes).toString('base64url');

export function unb64u(text) {
  const bytes = Buffer.from(text, 'base64url');
  must(bytes.toString('base64url') === text, 'reader.base64');
  return bytes;
}

export const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
export const H = (...parts) => b64u(sha256(...parts));
export const fresh = (count) => b64u(randomBytes(count));

/** UUIDv7: 48 bits of milliseconds, then chance, with version and variant set. */
export function uuid7(ms) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** JSON as §1 wants it: JSON.parse takes a member twice and 1e2, so look for both. */
export function readJson(text) {
  const value = JSON.parse(text);
  must(value !== null && typeof value === 'object' && !Array.isArray(value), 'reader.object');
  must(count(value) === marks(text), 'reader.duplicate');
  return value;
}

/** The members that a value has. */
function count(value) {
  if (typeof value === 'number') must(Number.isInteger(value) && Math.abs(value) <= SAFE, 'reader.integer');
  if (value === null || typeof value !== 'object') return 0;
  const inner = Object.values(value).reduce((sum, each) => sum + count(each), 0);
  return inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

/** The members that a text has: its colons outside of strings. */
function marks(text) {
  let colons = 0;
  for (const [found] of text.matchAll(/"(?:[^"\\]|\\.)*"|:|\d[eE.]/gs)) {
    must(!/^\d/.test(found), 'reader.float');
    if (found === ':') colons += 1;
  }
  return colons;
}

// ---------------------------------------------------------------- keys

const members = (jwk) => ({ kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y });

/** A key in memory: {key, jwk, thumbprint}. */
export function newKey() {
  return keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

export function keyOf(key) {
  const jwk = members(createPublicKey(key).export({ format: 'jwk' }));
  return { key, jwk, thumbprint: thumbprint(jwk) };
}

/** RFC 7638: the members in the order of their names. */
export function thumbprint(jwk) {
  return H(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }));
}

export const publicKey = (jwk) => createPublicKey({ key: jwk, format: 'jwk' });

// ---------------------------------------------------------------- envelopes (§2)

/** Sign a payload; header members in the order given. The higher s of the two is not taken. */
export function seal(key, header, payload) {
  return sealText(key, header, JSON.stringify(payload));
}

export function sealText(key, header, text) {
  const signed = `${b64u(JSON.stringify({ alg: 'ES256', ...header }))}.${b64u(text)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${b64u(low(signature))}`;
}

const half = (signature) => BigInt(`0x${signature.subarray(32).toString('hex')}`);
const withS = (signature, s) =>
  Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);

export const low = (signature) =>
  half(signature) > ORDER / 2n ? withS(signature, ORDER - half(signature)) : signature;
/** The other signature over the same bytes: valid for mathematicians, refused here. */
export function highTwin(jws) {
  const [header, payload, signature] = jws.split('.');
  const bytes = unb64u(signature);
  return `${header}.${payload}.${b64u(withS(bytes, ORDER - half(bytes)))}`;
}

export const hashOf = (jws) => H(jws.slice(0, jws.lastIndexOf('.')));
export const rawOf = (jws) => H(jws);
export const headerOf = (jws) => readJson(unb64u(jws.split('.')[0]).toString());

/** Read an envelope: its payload once `keyFor(header)` has verified it. */
export function open(jws, typ, keyFor, { limit = 8192, version = 1 } = {}) {
  must(jws.length <= limit, 'reader.too_long');
  const parts = jws.split('.');
  must(parts.length === 3, 'reader.parts');
  const [, payload, signature] = parts.map(unb64u);
  const header = headerOf(jws);
  must(Object.keys(header).length === 3, 'reader.header');
  must(header.typ === typ, 'reader.typ', { typ: header.typ });
  must(header.alg === 'ES256', 'reader.alg');
  const key = keyFor(header);
  must(key, 'reader.key_unknown', header);
  must(signature.length === 64, 'reader.signature_form');
  must(half(signature) <= ORDER / 2n, 'reader.high_s');
  const signed = Buffer.from(jws.slice(0, jws.lastIndexOf('.')));
  must(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature), 'reader.signature');
  const value = readJson(payload.toString());
  must((value.v ?? null) === version, 'reader.version');
  return value;
}

// ---------------------------------------------------------------- trees (§7)

export const leafOf = (outcome) => sha256(Buffer.from([0]), outcome);
const node = (left, right) => sha256(Buffer.from([1]), left, right);

/** The right edge of a tree: [height, hash] from the highest down. */
export function grow(frontier, leaf) {
  let next = [0, leaf];
  while (frontier.length && frontier[frontier.length - 1][0] === next[0]) {
    const [height, left] = frontier.pop();
    next = [height + 1, node(left, next[1])];
  }
  frontier.push(next);
}

export function rootOf(frontier) {
  if (!frontier.length) return sha256('');
  const hashes = frontier.map(([, hash]) => hash);
  return hashes.reduceRight((right, left) => node(left, right));
}

/** RFC 9162 §2.1.3.2: the root to which a leaf's path leads. */
export function rootByPath(leaf, index, size, path) {
  must(index < size, 'proof.receipt_path');
  let [fn, sn, root] = [index, size - 1, leaf];
  for (const step of path.map(unb64u)) {
    must(sn > 0, 'proof.receipt_path');
    if (fn % 2 === 1 || fn === sn) {
      root = node(step, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >>> 1, sn >>> 1];
    } else {
      root = node(root, step);
    }
    [fn, sn] = [fn >>> 1, sn >>> 1];
  }
  must(sn === 0, 'proof.receipt_path');
  return root;
}

/** RFC 9162 §2.1.4.2: that the tree of `second` leaves grew from the one of `first`. */
export function grewFrom(first, firstRoot, second, secondRoot, path) {
  const steps = path.map(unb64u);
  if (first === second) return steps.length === 0 && firstRoot === secondRoot;
  if (first === 0) return steps.length === 0;
  if ((first & (first - 1)) === 0) steps.unshift(unb64u(firstRoot));
  if (!steps.length) return false;
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [fn >>> 1, sn >>> 1];
  let [older, newer] = [steps[0], steps[0]];
  for (const step of steps.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [older, newer] = [node(step, older), node(step, newer)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >>> 1, sn >>> 1];
    } else {
      newer = node(newer, step);
    }
    [fn, sn] = [fn >>> 1, sn >>> 1];
  }
  return sn === 0 && b64u(older) === firstRoot && b64u(newer) === secondRoot;
}

// ---------------------------------------------------------------- certificates (§4)

const USAGE = Buffer.from('0603551d0f', 'hex'); // OID 2.5.29.15
export const DIGITAL_SIGNATURE = 0x80;
export const NON_REPUDIATION = 0x40;

export class Certificate {
  constructor(der) {
    this.x509 = new X509Certificate(der);
    this.der = b64u(this.x509.raw);
    this.x5t = H(this.x509.raw);
    this.key = this.x509.publicKey;
    this.person = /^serialNumber=(.+)$/m.exec(this.x509.subject)?.[1] ?? null;
    this.serial = this.x509.serialNumber.toLowerCase().replace(/^0+/, '');
  }

  /** Its first byte of key usage; BIT STRING 03 02 unused bits. */
  get usage() {
    const at = this.x509.raw.indexOf(USAGE);
    const bits = this.x509.raw.indexOf(Buffer.from([0x03, 0x02]), at + USAGE.length);
    return at < 0 ? 0 : this.x509.raw[bits + 3];
  }

  check(authorities, usage, at) {
    const issuer = authorities.find(
      (ca) => this.x509.checkIssued(ca.x509) && this.x509.verify(ca.key));
    must(issuer, 'certificate.unknown_issuer');
    must(at >= Date.parse(this.x509.validFrom), 'certificate.not_yet_valid');
    must(at <= Date.parse(this.x509.validTo), 'certificate.expired');
    must((this.usage & usage) === usage, 'certificate.wrong_usage');
  }
}
