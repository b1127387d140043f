// A window without a screen: enrolment, login, steps, receipts. docs/PROTOCOL.md §3–§12.

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Certificate, H, b64u, fresh, grewFrom, grow, hashOf, leafOf, must, newKey, open, rawOf,
  readJson, rootByPath, rootOf, seal, sha256, uuid7 } from './proof.mjs';
import { Policy } from './policy.mjs';
import { Line } from './wire.mjs';

const HOUR = 3_600_000;

/** A demonstration card: three keys with their certificates, each PEM. */
export class Card {
  constructor(folder, name) {
    const file = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
    this.person = file.person;
    this.slots = {};
    for (const [slot, { key, cert }] of Object.entries(file.keys)) {
      this.slots[slot] = { key: createPrivateKey(key), certificate: new Certificate(cert) };
    }
  }

  sign(slot, typ, payload) {
    const { key, certificate } = this.slots[slot];
    return seal(key, { typ, 'x5t#S256': certificate.x5t }, payload);
  }
}

export class Window {
  constructor(served) {
    this.hall = served.hall;
    this.aud = served.enrolment.aud;
    this.line = new Line(served.url, served.ca);
    this.policy = new Policy(this.aud, served.enrolment.genesis);
    this.boot = 'stranger-boot-1';
    this.grown = 0; // how many consistency proofs held
    this.scopes = new Map(); // scope → {frontier, size, heads: Map(size → root), entries}
    this.cases = new Map(); // case → hash of its last event here
    this.session = null;
  }

  close() {
    this.line.close();
  }

  // -------------------------------------------------------------- enrolment (§8, §12)

  async enrol({ dev, inc, code, aud }) {
    const hello = await this.line.ask('GET', '/v1/hello');
    must(hello.aud === aud && hello.genesis === this.policy.genesis, 'proof.audience');
    this.line.skew = hello.t - Date.now();
    Object.assign(this, { dev, inc, device: newKey(), hello });
    const { enrol, answer } = await this.claim({ dev, inc, code, aud }, this.device);
    Object.assign(this, { seq: 0, head: answer.prev, anchor: null });
    await this.pull(['policy']);
    this.check(answer.receipt, { jws: enrol, scope: 'policy', body: Buffer.from(enrol.split('.')[1], 'base64url') });
    await this.beat();
  }

  async claim({ dev, inc, code, aud }, key = newKey()) {
    const claim = { v: 1, aud, dev, inc, code, jwk: key.jwk, at: this.line.now() };
    const enrol = seal(key.key, { typ: 'hall-enrol+jws', jwk: key.jwk }, claim);
    const answer = await this.line.ask('POST', '/v1/enrol', { enrol });
    must(answer.prev === hashOf(enrol), 'proof.chain_broken');
    return { enrol, answer };
  }

  // -------------------------------------------------------------- time (§6)

  dt() {
    return this.anchor ? Math.round(performance.now() - this.anchor.took) : null;
  }

  ask() {
    const [key, kid] = this.session
      ? [this.session.key.key, this.session.kid] : [this.device.key, this.device.thumbprint];
    const asked = { v: 1, aud: this.aud, n: fresh(16), dev: this.dev, inc: this.inc, seq: this.seq,
      head: this.head, boot: this.boot, dt: this.dt() };
    return { asked, ancreq: seal(key, { typ: 'hall-ancreq+jws', kid }, asked) };
  }

  take(jws, asked) {
    const anchor = open(jws, 'hall-anchor+jws', ({ kid }) => this.policy.keys.anchor.get(kid));
    must(anchor.aud === this.aud, 'proof.audience');
    must(anchor.n === asked.n, 'proof.anchor_unasked');
    must(['dev', 'inc', 'seq', 'head'].every((name) => anchor[name] === asked[name]), 'proof.anchor_foreign');
    must(anchor.t >= (this.anchor?.t ?? 0), 'proof.anchor_back');
    this.anchor = { hash: hashOf(jws), t: anchor.t, took: performance.now() };
  }

  async beat(proves = this.proves()) {
    const { asked, ancreq } = this.ask();
    const { anchor } = await this.line.ask('POST', '/v1/anchor', { ancreq }, proves);
    this.take(anchor, asked);
  }

  // -------------------------------------------------------------- sessions (§4)

  proves() {
    return this.session ? { key: this.session.key, token: this.session.token } : { key: this.device };
  }

  async logIn(card, scopes, roles) {
    const key = newKey();
    const { nonce } = await this.line.ask('POST', '/v1/login/nonce', { dev: this.dev, jkt: key.thumbprint });
    const iat = this.line.now();
    const place = { dev: this.dev, inc: this.inc, seq0: this.seq, head0: this.head };
    const dlg = card.sign('9A', 'hall-dlg+jws', {
      v: 1, aud: this.aud, jti: fresh(16), nonce, person: card.person, spk: key.jwk,
      djk: this.device.thumbprint, ...place, scopes: [`hall/${this.hall}`, ...scopes], roles,
      anc: this.anchor.hash, lease: null, iat, exp: iat + 8 * HOUR, app: 'stranger-1',
    });
    const devproof = seal(this.device.key, { typ: 'hall-devproof+jws', kid: this.device.thumbprint },
      { v: 1, aud: this.aud, dlg: hashOf(dlg), ...place });
    const chain = [card.slots['9A'].certificate.der];
    const { token } = await this.line.ask('POST', '/v1/login', { dlg, devproof, chain });
    this.session = { card, key, kid: hashOf(dlg), token };
    return this.step(`hall/${this.hall}`, null, 'session.open', { dlg, devproof, chain });
  }

  async logOut() {
    const closed = await this.step(`hall/${this.hall}`, null, 'session.close', {});
    this.former = this.proves();
    this.session = null;
    return closed;
  }

  async borrow() {
    const { asked, ancreq } = this.ask();
    const { lease } = await this.line.ask('POST', '/v1/lease', { ancreq }, this.proves());
    const said = open(lease, 'hall-lease+jws', ({ kid }) => this.policy.keys.lease.get(kid), { limit: 131072 });
    must(said.aud === this.aud && said.n === asked.n && said.djk === this.device.thumbprint, 'proof.lease_foreign');
    this.numbers = said.blocks.filter(({ kind }) => kind === 'case').map(({ from, to }) => ({ from, to }));
    return said;
  }

  // -------------------------------------------------------------- events and acts (§3, §5)

  /** Make the next event of the chain, without sending it. `by` signs an act of its own. */
  make(scope, number, kind, members, { by = null, changes = {} } = {}) {
    const shown = by ? { shown: members.shown ?? `${kind} ${number}` } : {};
    const body = JSON.stringify({ salt: fresh(16), ...members, ...shown });
    const at = this.line.now();
    const core = { v: 1, aud: this.aud, id: uuid7(at), dev: this.dev, inc: this.inc,
      seq: this.seq + 1, prev: this.head, scope, case: number, cprev: this.cases.get(number) ?? null,
      kind, body: H(body), act: null, anc: this.anchor.hash, dt: this.dt(), boot: this.boot, at,
      late: null, crit: [], ...changes };
    const act = by && by.sign('9C', 'hall-act+jws', {
      v: 1, aud: core.aud, id: core.id, dev: core.dev, inc: core.inc, scope, case: number,
      cprev: core.cprev, kind, body: core.body, dlg: this.session.kid, anc: core.anc, at,
      sum: H(shown.shown) });
    if (act) core.act = rawOf(act);
    const header = { typ: 'hall-event+jws', kid: this.session.kid };
    return { core, record: { jws: seal(this.session.key.key, header, core), body, act } };
  }

  /** The event stands in the chain now, whatever the verdict. */
  stands({ core, record }) {
    this.seq = core.seq;
    this.head = hashOf(record.jws);
  }

  async send(records, asking = null) {
    const heads = {};
    for (const [scope, kept] of this.scopes) heads[scope] = Math.max(0, ...kept.heads.keys());
    const message = { events: records, heads, ...(asking ? { ancreq: asking.ancreq } : {}) };
    const answer = await this.line.ask('POST', '/v1/push', message, this.proves());
    if (asking) this.take(answer.anchor, asking.asked);
    this.proofs = answer.consistency;
    return answer.results;
  }

  /** Make a step, push it, check its receipt; returns {verdict, code, case, outcome}. */
  async step(scope, number, kind, members, options) {
    const event = this.make(scope, number, kind, members, options);
    const [result] = await this.send([event.record]);
    return this.answered(event, result);
  }

  answered(event, result) {
    const { core, record } = event;
    if (result.verdict === 'rejected') return { verdict: 'rejected', code: result.code, expect: result.expect };
    const outcome = this.check(result.receipt, { jws: record.jws, scope: core.scope, body: Buffer.from(record.body) });
    if (core.seq === this.seq + 1) this.stands(event);
    if (outcome.verdict === 'accepted' && core.case) this.cases.set(core.case, hashOf(record.jws));
    return { verdict: result.verdict, code: outcome.code, outcome };
  }

  // -------------------------------------------------------------- receipts and logs (§7)

  kept(scope) {
    if (!this.scopes.has(scope)) this.scopes.set(scope, { frontier: [], size: 0, heads: new Map() });
    return this.scopes.get(scope);
  }

  treeHead(jws, scope) {
    const head = open(jws, 'hall-sth+jws', ({ kid }) => this.policy.keys.log.get(kid));
    must(head.aud === this.aud && head.scope === scope, 'proof.audience');
    const kept = this.kept(scope);
    must((kept.heads.get(head.size) ?? head.root) === head.root, 'proof.centre_fork');
    kept.heads.set(head.size, head.root);
    return head;
  }

  /** Check a receipt against the very bytes that were sent; returns its outcome. */
  check(receipt, { jws, scope, body }) {
    const outcome = readJson(receipt.outcome);
    must(outcome.aud === this.aud && outcome.scope === scope, 'proof.outcome_differs');
    must(outcome.er === rawOf(jws) && outcome.eh === hashOf(jws), 'proof.outcome_differs');
    must(outcome.body === b64u(sha256(body)), 'proof.outcome_differs');
    must(outcome.n === receipt.index + 1, 'proof.receipt_path');
    const head = this.treeHead(receipt.sth, scope);
    const root = rootByPath(leafOf(receipt.outcome), receipt.index, head.size, receipt.path);
    must(b64u(root) === head.root, 'proof.receipt_path');
    const proof = this.proofs?.[scope];
    if (proof) {
      const older = this.kept(scope).heads.get(proof.from);
      const newer = this.kept(scope).heads.get(proof.to);
      must(older && newer && grewFrom(proof.from, older, proof.to, newer, proof.path), 'proof.centre_fork');
      this.grown += 1;
    }
    return outcome;
  }

  /** Listen to the live stream; `heard(poke)` until the returned function is called. */
  listen(heard) {
    const { key, token } = this.session;
    return this.line.stream('/v1/live', key, token, (line) => {
      if (line.startsWith('data:')) heard(JSON.parse(line.slice(5)));
    });
  }

  /** Pull scopes to their end; every leaf is folded and the head compared. */
  async pull(names, onEntry = () => {}) {
    for (let more = true; more;) {
      const cursors = Object.fromEntries(names.map((name) => [name, this.kept(name).size]));
      const { scopes } = await this.line.ask('POST', '/v1/pull', { cursors, limit: 500 }, this.proves());
      more = false;
      for (const [name, page] of Object.entries(scopes)) {
        more ||= page.more;
        this.fold(name, page, onEntry);
      }
    }
  }

  fold(name, page, onEntry) {
    const kept = this.kept(name);
    for (const entry of page.entries) {
      must(entry.n === kept.size + 1, 'proof.log_gap', { n: entry.n });
      const outcome = readJson(entry.outcome);
      must(outcome.er === rawOf(entry.jws) && outcome.body === H(entry.body), 'proof.outcome_differs');
      if (name === 'policy') this.policy.take(entry);
      grow(kept.frontier, leafOf(entry.outcome));
      kept.size = entry.n;
      onEntry(entry, outcome);
    }
    must(kept.size === page.next, 'proof.log_gap');
    if (page.sth) {
      const head = this.treeHead(page.sth, name);
      must(head.size === kept.size && head.root === b64u(rootOf(kept.frontier)), 'proof.centre_fork');
    }
  }
}
