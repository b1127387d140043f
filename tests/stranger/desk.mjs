// The steps of one clerk's work, as docs/STEPS.md names their members.

import { Fault, H, must, sha256 } from './proof.mjs';
import { caseNumber, identityNumber } from './numbers.mjs';
import { Card, Window } from './window.mjs';

export const SCOPE = '339901/scjg';
export const ITEM = 'scjg-02';
export const CLERK = ['window_clerk', 'comprehensive_clerk'];

/** A picture of one pixel. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64');

export class Desk {
  constructor(served) {
    this.served = served;
    this.window = new Window(served);
    this.papers = 0;
  }

  card(name) {
    return new Card(this.served.cards, name);
  }

  async open(name, scopes = [SCOPE], roles = CLERK) {
    const opened = await this.window.logIn(this.card(name), scopes, roles);
    must(opened.verdict === 'accepted', opened.code ?? 'stranger.session', opened);
    this.lease ??= await this.window.borrow();
  }

  nextNumber() {
    const block = this.window.numbers.find(({ from, to }) => from <= to);
    must(block, 'stranger.no_numbers');
    block.from += 1;
    return caseNumber(this.window.line.now(), this.window.hall, block.from - 1);
  }

  paper(kind) {
    this.papers += 1;
    return { kind, no: `T-${this.papers}`, sha256: H(`paper ${this.papers}`) };
  }

  item() {
    return this.window.policy.newest('catalogue').items.find(({ code }) => code === ITEM);
  }

  applicant() {
    return { kind: 'person', id_kind: 'resident_id', id_no: identityNumber('19900307', 12), name: '测试人甲' };
  }

  step(number, kind, members, options) {
    return this.window.step(SCOPE, number, kind, members, options);
  }

  preregister(number = this.nextNumber()) {
    return this.step(number, 'preregister', {
      applicant: this.applicant(), item: ITEM, item_version: this.item().version,
      catalogue: this.lease.cat, calendar: this.lease.cal });
  }

  /** Send one picture for a case and get it back. */
  async attach(number) {
    const { window } = this;
    const sha = sha256(PNG).toString('hex');
    const asked = { case: number, sha256: sha, size: PNG.length, type: 'image/png' };
    const { upload } = await window.line.ask('POST', '/v1/attachments', asked, window.proves());
    const path = `/v1/attachments/${upload}`;
    const put = await this.carry('PUT', path, PNG);
    must(put.status === 200 && JSON.parse(put.body).sha256 === sha, 'stranger.upload', { status: put.status });
    const back = await this.carry('GET', `/v1/cases/${number}/attachments/${sha}`, null);
    must(back.status === 200 && back.body.equals(PNG), 'stranger.download', { status: back.status });
    return { sha256: sha, size: PNG.length, type: 'image/png' };
  }

  carry(method, path, body) {
    const { line, session } = this.window;
    const headers = {
      Authorization: `DPoP ${session.token}`, 'Content-Type': 'image/png',
      DPoP: line.proof(session.key, method, path, body, session.token),
    };
    return line.raw(method, path, { headers, body });
  }

  materials(attachment) {
    return this.item().materials.map(({ code, original }) =>
      (original || !attachment ? { code, original: true } : { code, attachments: [attachment] }));
  }

  receive(number, attachment) {
    return this.step(number, 'receive', { materials: this.materials(attachment), paper: this.paper('receipt') });
  }

  accept(number, options) {
    return this.step(number, 'accept', { paper: this.paper('acceptance') }, options);
  }

  tellNotRequired(number, by) {
    return this.step(number, 'tell_not_required', {
      reason: 'not_in_scope', text: '本事项依法不需要取得许可。', paper: this.paper('not_required'),
      shown: `${number}:不需许可` }, { by });
  }
}

/** Run a call that the centre must refuse as a request; returns its code. */
export async function refusedWith(call) {
  try {
    await call();
  } catch (failure) {
    if (failure instanceof Fault) return failure.code;
    throw failure;
  }
  return null;
}
