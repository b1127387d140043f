// The policy scope, verified from its pinned beginning: docs/PROTOCOL.md §8.

import { Certificate, H, Fault, NON_REPUDIATION, hashOf, headerOf, must, open, publicKey, readJson,
  thumbprint, unb64u } from './proof.mjs';

const ADMINISTRATORS = ['system_administrator', 'business_administrator'];

export class Policy {
  constructor(aud, genesis) {
    Object.assign(this, { aud, genesis, seq: 0, prev: null, size: 0, foreign: [] });
    this.authorities = [];
    this.people = new Map(); // person → {name, department, hall, certs: Map(x5t → Certificate)}
    this.founders = new Set();
    this.grants = new Map();
    this.devices = new Map();
    this.keys = { log: new Map(), anchor: new Map(), lease: new Map(), event: new Map() };
    this.bodies = new Map(); // kind → [body]: what this program does not look into
  }

  /** Take one entry of a pull of `policy`. */
  take(entry) {
    this.size += 1;
    must(entry.n === this.size, 'proof.log_gap', { n: entry.n });
    if (headerOf(entry.jws).typ === 'hall-enrol+jws') return this.claim(entry);
    const body = readJson(entry.body);
    const beginning = this.seq === 0;
    if (beginning) {
      must(hashOf(entry.jws) === this.genesis, 'proof.policy_genesis');
      this.begin(body);
    }
    const core = this.verified(entry);
    must(core.seq === this.seq && core.prev === this.prev, 'proof.policy_chain');
    must(core.aud === this.aud && core.crit.length === 0, 'proof.audience');
    must(core.body === H(entry.body), 'proof.body_differs');
    this.seq += 1;
    this.prev = hashOf(entry.jws);
    if (!beginning) this.apply(core, body);
    return core.kind;
  }

  verified(entry) {
    must(entry.act && entry.jws.split('.')[1] === entry.act.split('.')[1], 'proof.policy_signers');
    const at = readJson(unb64u(entry.jws.split('.')[1]).toString()).at;
    const signers = [entry.jws, entry.act].map((jws) => {
      const [person, certificate] = this.holder(headerOf(jws)['x5t#S256']);
      open(jws, 'hall-policy+jws', () => certificate.key);
      certificate.check(this.authorities, NON_REPUDIATION, at);
      must(certificate.person === person, 'certificate.foreign');
      must(this.administers(person, at), 'proof.policy_signers', { person });
      return person;
    });
    must(signers[0] !== signers[1], 'proof.policy_signers');
    return open(entry.jws, 'hall-policy+jws', (header) => this.holder(header['x5t#S256'])[1].key);
  }

  holder(x5t) {
    for (const [person, { certs }] of this.people) {
      if (certs.has(x5t)) return [person, certs.get(x5t)];
    }
    throw new Fault('reader.key_unknown', { x5t });
  }

  administers(person, at) {
    const granted = [...this.grants.values()].some((grant) => grant.person === person
      && grant.from <= at && (grant.to === null || at < grant.to)
      && grant.roles.some((role) => ADMINISTRATORS.includes(role)));
    return granted || this.founders.has(person);
  }

  begin(body) {
    must(body.aud === this.aud, 'proof.audience');
    this.authorities = body.cas.map((der) => new Certificate(unb64u(der)));
    for (const admin of body.admins) {
      this.register(admin);
      this.founders.add(admin.person);
    }
    for (const [use, jwk] of Object.entries(body.keys)) this.introduce(use, jwk);
  }

  introduce(use, jwk) {
    this.keys[use].set(thumbprint(jwk), publicKey(jwk));
  }

  register(entry) {
    const certs = new Map();
    for (const der of Object.values(entry.certs)) {
      const certificate = new Certificate(unb64u(der));
      certs.set(certificate.x5t, certificate);
    }
    this.people.set(entry.person, { ...entry, certs });
  }

  apply(core, body) {
    const { kind } = core;
    if (kind === 'roster') this.register(body);
    else if (kind === 'ca') this.authorities.push(new Certificate(unb64u(body.der)));
    else if (kind === 'grant') {
      this.grants.set(body.id, { ...body, from: body.from ?? core.at, to: body.to ?? null });
    } else if (kind === 'grant.end') {
      const ended = this.ended(body.id);
      ended.to = Math.min(ended.to ?? Infinity, body.at ?? core.at);
    } else if (kind === 'server_key') this.introduce(body.use, body.jwk);
    else this.bodies.set(kind, [...(this.bodies.get(kind) ?? []), body]);
  }

  ended(id) {
    if (this.grants.has(id)) return this.grants.get(id);
    this.founders.delete(id.replace(/^genesis:/, ''));
    return { to: null };
  }

  /** A device's claim stands beside the administrators' chain: signed by the key that it brings. */
  claim(entry) {
    const claim = open(entry.jws, 'hall-enrol+jws', (header) => publicKey(header.jwk));
    must(entry.body === unb64u(entry.jws.split('.')[1]).toString(), 'proof.body_differs');
    this.devices.set(claim.dev, { inc: claim.inc, djk: thumbprint(claim.jwk), hash: hashOf(entry.jws) });
    return 'device.claim';
  }

  /** The newest body of a kind. */
  newest(kind) {
    return this.bodies.get(kind)?.at(-1) ?? null;
  }
}
