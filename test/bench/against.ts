// The write outage of a planned switch with this executable and with another one, an older one for instance, in turn.
//
// node test/bench/against.ts EXECUTABLE [ROUNDS]
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryNames } from '../../src/entryNames.ts';
import { textTable } from '../../src/procedures/textTable.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import { clusterLab, masterSwitch } from '../scenarios/cluster.ts';
import { median, spread } from './statistics.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** A client that gives up a connect so soon sees an outage in steps of little more, in ms. */
const connectTimeoutMs = 10;

async function outageOf(lab: Lab, executable: string): Promise<number> {
  await lab.resetTopology();
  await lab.installHooks(
    executable,
    entryNames.map(({ name }) => name),
  );
  const writer = await startWriter(lab, { connectTimeoutMs });
  const switched = await masterSwitch(lab, 'db11');
  await writer.progress(20);
  const { longestOutageMs } = await writer.stop();
  const lost = await lostWrites(lab, 'db11', writer);
  if (switched.code !== 0) throw new Error(`masterha_master_switch ended with ${switched.code}\n${switched.stdout}`);
  if (lost > 0) throw new Error(`${executable}: ${lost} acknowledged writes are lost`);
  return longestOutageMs;
}

async function compare(other: string, rounds: number): Promise<void> {
  const contestants = [other, join(root, 'dist/mha-helper')];
  const outages = contestants.map((): number[] => []);
  const lab = await clusterLab();
  try {
    for (let round = 0; round < rounds; round += 1) {
      // Who goes first changes: neither is always behind the same switch.
      const turns = contestants.map((executable, index) => ({ executable, index }));
      for (const { executable, index } of round % 2 === 0 ? turns : turns.reverse()) {
        outages[index]?.push(await outageOf(lab, executable));
      }
    }
  } finally {
    await lab.stop();
  }
  const base = median(outages[0] ?? []);
  console.log(
    textTable([
      [`planned switch, ${rounds} rounds in turn`, 'longest write outage, median (min-max)', 'difference'],
      ...['the other executable', 'this one'].map((what, index) => [
        what,
        spread(outages[index] ?? [], 'ms'),
        `${Math.round(median(outages[index] ?? []) - base)} ms`,
      ]),
    ]),
  );
}

const [other, rounds = '11'] = process.argv.slice(2);
if (other === undefined) {
  console.error('usage: node test/bench/against.ts EXECUTABLE [ROUNDS]');
  process.exitCode = 2;
} else {
  await compare(resolve(other), Number(rounds));
}
