// Enrol, log in, take a case from pre-registration to acceptance, check every receipt.
//   node walk.mjs SERVED.json
// One JSON object on stdout; exit code 0 only if all of it held.

import { readFileSync } from 'node:fs';

import { hashOf } from './proof.mjs';
import { Desk, SCOPE } from './desk.mjs';

/** Wait for what is to come by the stream. */
async function until(held) {
  for (let tries = 0; !held() && tries < 500; tries += 1) await new Promise((go) => setTimeout(go, 20));
}

const desk = new Desk(JSON.parse(readFileSync(process.argv[2], 'utf8')));
const { window } = desk;
try {
  await window.enrol(desk.served.enrolment);
  const told = { policy: window.policy.size, steps: [] };
  const note = (kind, { verdict, code, outcome }) =>
    told.steps.push({ kind, verdict, code, n: outcome?.n, due: outcome?.due, person: outcome?.person });

  await desk.open('reception', [SCOPE], ['reception_clerk']);
  const number = desk.nextNumber();
  note('preregister', await desk.preregister(number));
  const second = desk.nextNumber();
  note('preregister', await desk.preregister(second));
  note('session.close', await window.logOut());

  await desk.open('clerk');
  const pokes = [];
  const hush = await window.listen((poke) => pokes.push(poke));
  const attachment = await desk.attach(number);
  note('receive', await desk.receive(number, attachment));
  note('accept', await desk.accept(number));
  note('tell_not_required', await desk.tellNotRequired(second, desk.card('clerk')));
  await window.beat();
  await until(() => pokes.some(({ s, n }) => s === SCOPE && n >= told.steps.at(-1).n));
  hush();

  // The same history once more, from the centre: every leaf folded, every head compared.
  const seen = [];
  await window.pull([SCOPE, `hall/${window.hall}`], (entry, outcome) => {
    seen.push({ scope: outcome.scope, n: outcome.n, verdict: outcome.verdict, hash: hashOf(entry.jws) });
  });
  note('session.close', await window.logOut());
  console.log(JSON.stringify({
    ...told, case: number, second, seen: seen.length, grown: window.grown,
    last: window.cases.get(number), poked: pokes.length, pulled: seen.some(({ hash }) => hash === window.cases.get(number)),
  }));
} finally {
  window.close();
}
