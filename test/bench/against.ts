// The write outage of a planned switch with this executable and with another one, an older one for instance, in turn.
//
// node test/bench/against.ts EXECUTABLE [ROUNDS [LAYER]]
//
// LAYER: directory of the Perl layer that belongs to the other one; else both run with this one's.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryNames } from '../../src/entryNames.ts';
import { textTable } from '../../src/procedures/textTable.ts';
import { compatFiles } from '../../src/adapters/compatLayer.ts';
import { packagedLayer } from '../../src/mha/compatLayer.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import { clusterLab, masterSwitch } from '../scenarios/cluster.ts';
import { median, spread } from './statistics.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** A client that gives up a connect so soon sees an outage in steps of little more, in ms. */
const connectTimeoutMs = 10;

interface Contestant {
  readonly executable: string;
  readonly layer: Readonly<Record<string, string>>;
}

async function outageOf(lab: Lab, { executable, layer }: Contestant): Promise<number> {
  await lab.resetTopology();
  for (const [name, content] of Object.entries(layer))
    await lab.writeFile('mgr', { path: `${packagedLayer}/${name}`, content });
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

async function compare(other: Contestant, rounds: number): Promise<void> {
  const contestants = [other, { executable: join(root, 'dist/mha-helper'), layer: compatFiles() }];
  const outages = contestants.map((): number[] => []);
  const lab = await clusterLab();
  try {
    for (let round = 0; round < rounds; round += 1) {
      // Who goes first changes: neither is always behind the same switch.
      const turns = contestants.map((contestant, index) => ({ contestant, index }));
      for (const { contestant, index } of round % 2 === 0 ? turns : turns.reverse()) {
        outages[index]?.push(await outageOf(lab, contestant));
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

/** Path in the directory -> text. */
function layerIn(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pm'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}

const [other, rounds = '11', layer] = process.argv.slice(2);
if (other === undefined) {
  console.error('usage: node test/bench/against.ts EXECUTABLE [ROUNDS [LAYER]]');
  process.exitCode = 2;
} else {
  const itsLayer = layer === undefined ? compatFiles() : layerIn(resolve(layer));
  await compare({ executable: resolve(other), layer: itsLayer }, Number(rounds));
}
