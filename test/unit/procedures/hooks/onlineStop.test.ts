import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { onlineStop } from '../../../../src/procedures/hooks/onlineStop.ts';
import { fakeTools, readOnlyConnection } from '../../../doubles/tools.ts';

const end = (host: string) => ({ host, ip: host, port: 3306, user: 'u', password: 'p' });
const request = { command: 'stop', orig: end('db10'), new: end('db11'), origIsNewSlave: false } as const;

interface Before {
  readonly writable: readonly string[];
  /** A finished run that opened `newHost`. */
  readonly opened?: { readonly procedure: string; readonly origHost: string; readonly newHost: string };
  /** In MHA's configuration. */
  readonly servers?: readonly string[];
  readonly silent?: string;
}

function cluster({ writable, opened, servers = ['db10', 'db11', 'db12'], silent }: Before) {
  const states = Object.fromEntries(servers.map((host) => [host, { readOnly: !writable.includes(host) }]));
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n[db11]\n[db12]\n', {
    mysql: ({ label }) => {
      const state = states[label];
      return state === undefined || label === silent
        ? Promise.reject(new Error(`${label}: no answer`))
        : Promise.resolve(readOnlyConnection(state));
    },
    keepReady: () => Promise.resolve({ keep: () => undefined }),
    mhaCaller: () =>
      Promise.resolve({ pid: 5, startTicks: '1', program: 'masterha_master_switch', conf: '/etc/mha/c.cnf' }),
  });
  const sections = servers.map((host, index) => `[server${index}]\nhostname=${host}\n`);
  tools.files.texts.set('/etc/mha/c.cnf', `[server default]\nuser=u\npassword=p\n${sections.join('')}`);
  const at = tools.clock.now().toISOString();
  const id = `clear-read-only:${opened?.newHost ?? ''}`;
  const lines = [
    { kind: 'run', run: '1', pid: 7, at, ...opened },
    { kind: 'step', run: '1', id, title: 'set read_only=0', before: {}, at },
    { kind: 'done', run: '1', id, detail: '', at },
    { kind: 'end', run: '1', outcome: 'done', message: '', at },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  if (opened !== undefined) tools.files.texts.set('/var/lib/mha-helper/c.journal', text);
  return { tools, states, at };
}

async function assertRefused(before: Before, message: RegExp): Promise<void> {
  const { tools, states } = cluster(before);
  const asBefore = structuredClone(states);
  await assert.rejects(onlineStop(request, tools), { kind: 'refused', message });
  assert.deepEqual(states, asBefore);
}

describe('called once more after the switch', () => {
  const opened = { procedure: 'online start', origHost: 'db10', newHost: 'db11' };

  test('it does not close the only server that takes writes', () =>
    assertRefused(
      { writable: ['db11'], opened },
      /^db10 is read-only and db11 takes writes already; nothing has been changed$/,
    ));

  test('with the old master back and open it does not begin to close both', () =>
    assertRefused(
      { writable: ['db10', 'db11'], opened },
      /^db10 and db11 take writes, and db11 was made the master by "online start" \(.*\); nothing has been changed$/,
    ));

  test('nor without a record, where the other one has no master', () =>
    assertRefused({ writable: ['db10', 'db11'] }, /^db10 and db11 take writes, and db11 has no master; nothing/));
});

describe('a master that was failed over, and is back', () => {
  const opened = { procedure: 'hard start', origHost: 'db10', newHost: 'db12' };

  test('is not switched away from while the new master takes writes', () =>
    assertRefused(
      { writable: ['db10', 'db12'], opened },
      /^db10 was failed over to db12 already \(.*\), and db12 takes writes: nothing has been changed$/,
    ));

  test('nor where the new master does not answer', () =>
    assertRefused(
      { writable: ['db10'], opened, silent: 'db12' },
      /and it is not known whether db12 takes writes \(.*no answer.*\): nothing has been changed$/,
    ));

  test('it is where that one takes no writes, or was taken out of the configuration', async () => {
    const closed = cluster({ writable: ['db10'], opened });
    await onlineStop(request, closed.tools);
    assert.equal(closed.states['db10']?.readOnly, true);
    const gone = cluster({ writable: ['db10'], opened, servers: ['db10', 'db11'] });
    await onlineStop(request, gone.tools);
    assert.match(gone.tools.log.lines.join('\n'), /db12 takes writes \(it is not in MHA's configuration\)/);
  });
});
