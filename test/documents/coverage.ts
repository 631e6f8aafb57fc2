// Which test runs a command line of the documents. test/scenarios/documentedCommands.test.ts runs those of a stage, as
// they are written, on the lab; the others are run by the test that stands beside them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/paths.ts';
import { asksForHelp, helperWords } from './helperCall.ts';

/** How the lab must be before a line is run. */
export type Stage =
  /** db10 is the master, no masterha_manager runs; the line changes nothing that another would see. */
  | 'as it is'
  /** The monitor runs. */
  | 'monitored'
  /** No monitor runs, and the line may start one. */
  | 'starting'
  /** The line makes another server the master. */
  | 'switching'
  /** db11 is the master: the host in the line is none. */
  | 'switched'
  /** MySQL on the host in the line is dead. */
  | 'dead';

const hosts = ['db10', 'db11', 'db12'];

/** Undefined: no stage suits it; a placeholder stands in it, or it would do harm. */
export function stageOf(words: readonly string[]): Stage | undefined {
  const own = helperWords(words);
  if (own === undefined) return undefined;
  if (asksForHelp(own)) return 'as it is';
  if (own.some((word) => word.includes('...') || /^(HOST|FILE|CLUSTER|NAME|PROGRAM)$/.test(word))) return undefined;
  const command = own.filter((word) => !word.startsWith('-'));
  const pair = command.slice(0, 2).join(' ');
  switch (own[0]) {
    case 'check':
    case 'sudoers':
    case 'status':
    case 'undo':
      return 'as it is';
    case 'config':
      return own.includes('test_cluster') || command.length === 1 || hosts.includes(command[1] ?? '')
        ? 'as it is'
        : undefined;
    case 'history':
      return own.includes('show') ? undefined : 'as it is';
    case 'report':
      return own.includes('--flush') ? 'as it is' : undefined;
    case 'vip':
      return stageOfVip(own, pair);
    case 'failover':
      return stageOfFailover(own);
    case 'monitor':
      return stageOfMonitor(pair);
    case 'mha':
      return /^(?:install-node|masterha_check_(?:repl|ssh))$/.test(own[1] ?? '') || own.includes('--help')
        ? 'as it is'
        : undefined;
    default:
      return undefined;
  }
}

function stageOfVip(own: readonly string[], pair: string): Stage | undefined {
  const host = own[2] ?? '';
  if (pair === 'vip show' || (pair === 'vip assign' && host === 'db10')) return 'as it is';
  return pair === 'vip release' && hosts.includes(host) && host !== 'db11' ? 'switched' : undefined;
}

function stageOfFailover(own: readonly string[]): Stage | undefined {
  const dead = own.some((word) => word === '-d' || word === '--dead' || word.startsWith('--dead='));
  // It needs an etcd that does not answer.
  if (own.includes('--without-store')) return undefined;
  if (dead) return own.includes('db10') || own.includes('--dead=db10') ? 'dead' : undefined;
  if (own.includes('--dry-run')) return 'as it is';
  return own.includes('db12') ? undefined : 'switching';
}

function stageOfMonitor(pair: string): Stage | undefined {
  if (pair === 'monitor start' || pair === 'monitor restart') return 'starting';
  return pair === 'monitor status' || pair === 'monitor stop' ? 'monitored' : undefined;
}

/** Lines that other tests run; `proof` stands in that file. */
const elsewhere: readonly { readonly line: RegExp; readonly test: string; readonly proof: string }[] = [
  { line: /^mha-helper monitor run\b/, test: 'test/scenarios/monitor.test.ts', proof: "'monitor', 'run'" },
  { line: /^mha-helper init\b/, test: 'test/scenarios/atAGlance.test.ts', proof: "'init'" },
  { line: /^mha-helper pause\b/, test: 'test/scenarios/monitor.test.ts', proof: "'pause'" },
  { line: /^mha-helper resume\b/, test: 'test/scenarios/monitor.test.ts', proof: "'resume'" },
  { line: /^mha-helper drill\b/, test: 'test/scenarios/witness.test.ts', proof: "'drill'" },
  { line: /^mha-helper rejoin\b/, test: 'test/scenarios/rejoin.test.ts', proof: "'rejoin'" },
  { line: /^mha-helper order lift\b/, test: 'test/scenarios/rejoin.test.ts', proof: "'order', 'lift'" },
  { line: /^mha-helper acknowledge\b/, test: 'test/scenarios/atAGlance.test.ts', proof: "'acknowledge'" },
  { line: /^mha-helper history show\b/, test: 'test/scenarios/atAGlance.test.ts', proof: "'history', 'show'" },
  {
    line: /^mha-helper monitor unblock\b/,
    test: 'test/scenarios/severalManagers.test.ts',
    proof: "'monitor', 'unblock'",
  },
  {
    line: /^mha-helper failover --dead db10 --without-store\b/,
    test: 'test/scenarios/severalManagers.test.ts',
    proof: "'--without-store'",
  },
  // That the target is there is checked for each.
  { line: /^make /, test: '.ci/run', proof: 'make' },
  { line: /^man (?:\d )?mha-helper(?:\.conf)?$/, test: 'test/unit/build/manPage.test.ts', proof: 'groff' },
];

/** Whether some test runs the line. */
export function isRun(words: readonly string[]): boolean {
  if (stageOf(words) !== undefined) return true;
  return elsewhere.some(({ line }) => line.test(words.join(' ')));
}

/** Tests that are gone, or do not do any more what is claimed of them. */
export function falseClaims(): readonly string[] {
  return elsewhere
    .filter(
      ({ test, proof }) => !existsSync(join(root, test)) || !readFileSync(join(root, test), 'utf8').includes(proof),
    )
    .map(({ test, proof }) => `${test} does not have ${proof}`);
}
