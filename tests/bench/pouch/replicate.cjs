// PouchDB to express-pouchdb and back: node replicate.cjs URL FOLDER COUNT BYTES LIVE
// Prints one JSON object: events a second pushed and pulled, milliseconds of nothing new and of live.
const crypto = require('crypto');
const PouchDB = require('pouchdb-node');

const [url, folder] = process.argv.slice(2);
const [count, bytes, live] = process.argv.slice(4).map(Number);
const Stored = PouchDB.defaults({ prefix: `${folder}/` });
const batch = { batch_size: 100 };

/** A document as large as one of our records, half of it not compressible, as signatures are. */
function made(n) {
  const doc = { _id: `ev-${String(n).padStart(8, '0')}`, seq: n, sig: '', pad: '' };
  const left = bytes - JSON.stringify(doc).length;
  doc.sig = crypto.randomBytes(left).toString('base64').slice(0, Math.floor(left / 2));
  doc.pad = 'x'.repeat(left - doc.sig.length);
  return doc;
}

async function timed(work) {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e6;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function main() {
  const [mine, theirs, remote] = [new Stored('a'), new Stored('b'), new PouchDB(`${url}/bench`)];
  await remote.info();
  for (let at = 0; at < count; at += 1000) {
    await mine.bulkDocs([...Array(Math.min(1000, count - at)).keys()].map((n) => made(at + n)));
  }
  const push = await timed(() => PouchDB.replicate(mine, remote, batch));
  const pull = await timed(() => PouchDB.replicate(remote, theirs, batch));
  const nothing = [];
  for (let n = 0; n < 50; n += 1) nothing.push(await timed(() => PouchDB.replicate(remote, theirs, batch)));
  const ways = [PouchDB.replicate(mine, remote, { live: true }), PouchDB.replicate(remote, theirs, { live: true })];
  const waiting = new Map();
  const heard = theirs.changes({ live: true, since: 'now' }).on('change', ({ id }) => waiting.get(id)?.());
  const took = [];
  for (let n = 0; n < live + 5; n += 1) {
    const doc = made(count + 1 + n);
    took.push(await timed(async () => {
      const arrived = new Promise((go) => { waiting.set(doc._id, go); });
      await mine.put(doc);
      await arrived;
    }));
    await new Promise((go) => { setTimeout(go, 20); });
  }
  [...ways, heard].forEach((each) => each.cancel());
  console.log(JSON.stringify({
    size: JSON.stringify(made(7)).length, push: (count / push) * 1000, pull: (count / pull) * 1000,
    nothing: median(nothing), live: median(took.slice(5)) }));
  setTimeout(() => process.exit(0), 100);
}

main().catch((error) => { console.error(error); process.exit(1); });
