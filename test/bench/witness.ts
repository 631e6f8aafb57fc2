// What the witness says of an outage, against a client that writes: planned switches by `mha-helper failover`, to and
// fro. On a machine that does nothing else: both are programs that must get their turn.
//
// node test/bench/witness.ts [SWITCHES]
import { textTable } from '../../src/procedures/textTable.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { withinLimits } from './statistics.ts';

/** The witness looks every 25 ms. */
const mostApartMs = 30;

interface Seen {
  readonly to: string;
  readonly writerMs: number;
  readonly witnessMs: number;
}

async function switchTo(lab: Lab, to: 'db10' | 'db11'): Promise<Seen> {
  const writer = await startWriter(lab, { racing: true });
  await writer.progress(100);
  const { code, stdout, stderr } = await lab.exec('mgr', ['mha-helper', 'failover', '--online', '--to', to], {
    timeoutMs: 150_000,
  });
  await writer.progress(20);
  const { longestOutageMs } = await writer.stop();
  const lost = await lostWrites(lab, to, writer);
  if (code !== 0) throw new Error(`mha-helper failover ended with ${code}\n${stdout}${stderr}`);
  if (lost > 0) throw new Error(`${lost} acknowledged writes are lost`);
  const [, seconds] = /^ {2}outage +(\d+\.\d{3}) s through/m.exec(stdout) ?? [];
  if (seconds === undefined) throw new Error(`the witness has measured nothing\n${stdout}`);
  return { to, writerMs: longestOutageMs, witnessMs: Number(seconds) * 1000 };
}

const rounds = Number(process.argv[2] ?? '10');
const lab = await clusterLab();
const seen: Seen[] = [];
try {
  await lab.resetTopology();
  for (let round = 0; round < rounds; round += 1) seen.push(await switchTo(lab, round % 2 === 0 ? 'db11' : 'db10'));
} finally {
  await lab.stop();
}
const apart = ({ witnessMs, writerMs }: Seen): number => witnessMs - writerMs;
console.log(
  textTable([
    ['switch to', 'the client', 'the witness', 'apart'],
    ...seen.map((one) => [one.to, ...[one.writerMs, one.witnessMs, apart(one)].map((ms) => `${Math.round(ms)} ms`)]),
  ]),
);
const most = Math.max(...seen.map((one) => Math.abs(apart(one))));
if (!withinLimits([{ what: 'the furthest apart, in ms', value: most, most: mostApartMs }])) process.exitCode = 1;
