// Requests with their proofs, over Node's own https: docs/PROTOCOL.md §10.

import { readFileSync } from 'node:fs';
import https from 'node:https';

import { Fault, H, fresh, must, seal } from './proof.mjs';

export const WIRE = '2026-11-22';

export class Line {
  constructor(url, ca) {
    this.origin = url;
    this.nonce = null;
    this.skew = 0; // the centre's clock against ours, in ms
    this.agent = new https.Agent({ ca: readFileSync(ca), minVersion: 'TLSv1.3', keepAlive: true });
  }

  now() {
    return Date.now() + this.skew;
  }

  close() {
    this.agent.destroy();
  }

  /** One request as it is; nothing is proved, nothing is tried again. */
  raw(method, path, { headers = {}, body = null } = {}) {
    return new Promise((resolve, reject) => {
      const request = https.request(`${this.origin}${path}`, { method, headers, agent: this.agent });
      request.on('error', reject);
      request.on('response', (response) => {
        const parts = [];
        response.on('error', reject);
        response.on('data', (part) => parts.push(part));
        response.on('end', () => {
          this.nonce = response.headers['dpop-nonce'] ?? this.nonce;
          const { statusCode: status, headers: said } = response;
          resolve({ status, headers: said, body: Buffer.concat(parts) });
        });
      });
      request.end(body);
    });
  }

  /** The proof of one request; `changes` lets a test lie in it. */
  proof(key, method, path, body, token, changes = {}) {
    const payload = {
      htm: method, htu: `${this.origin}${path}`, jti: fresh(16), iat: Math.floor(this.now() / 1000),
      nonce: this.nonce, bh: H(body ?? ''), ...(token ? { ath: H(token) } : {}), ...changes,
    };
    return seal(key.key, { typ: 'dpop+jwt', jwk: key.jwk }, payload);
  }

  /** Ask and decode; `key` proves it, `token` names the session. Raises the centre's code. */
  async ask(method, path, message, { key = null, token = null } = {}) {
    const body = message === undefined ? null : Buffer.from(JSON.stringify(message));
    if (key && this.nonce === null) await this.raw('GET', '/v1/hello');
    for (let tries = 0; ; tries += 1) {
      const headers = { 'Chuangkou-Wire': WIRE, 'Content-Type': 'application/json' };
      if (key) headers.DPoP = this.proof(key, method, path, body, token);
      if (token) headers.Authorization = `DPoP ${token}`;
      const answer = await this.raw(method, path, { headers, body });
      const said = answer.body.length ? JSON.parse(answer.body) : {};
      if (answer.status < 300) return said;
      must(said.code, 'stranger.no_code', { status: answer.status });
      if (said.code !== 'wire.use_dpop_nonce' || tries) {
        throw new Fault(said.code, { ...said.details, status: answer.status });
      }
    }
  }

  /** Open an event stream; resolves with the function that closes it, once it has begun. */
  stream(path, key, token, onLine) {
    const headers = { DPoP: this.proof(key, 'GET', path, null, token), Authorization: `DPoP ${token}` };
    return new Promise((resolve, reject) => {
      const request = https.request(`${this.origin}${path}`, { headers, agent: this.agent });
      request.on('error', reject);
      request.on('response', (response) => {
        must(response.statusCode === 200, 'stranger.live', { status: response.statusCode });
        let rest = '';
        response.on('error', () => {}); // our own closing
        response.on('data', (part) => {
          const lines = (rest + part).split('\n');
          rest = lines.pop();
          lines.forEach(onLine);
        });
        resolve(() => request.destroy());
      });
      request.end();
    });
  }
}
