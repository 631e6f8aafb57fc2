import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import { onlineStart } from '../../../../src/procedures/hooks/onlineStart.ts';
import { askScript } from '../../../../src/vip/metal/askScript.ts';
import { assignScript } from '../../../../src/vip/metal/assignScript.ts';
import { listScript, surveyScript } from '../../../../src/vip/metal/scripts.ts';
import { fakeTools, readOnlyConnection, shell } from '../../../doubles/tools.ts';

const end = (host: string) => ({ host, ip: host, port: 3306, user: 'u', password: 'p' });

/** Runs of the record: `stop` of db10 -> db11, then these of an operator. Another host than those answers for it. */
async function startAfter(
  moves: readonly string[],
  withStop = true,
  isOpen = false,
  third: 'closed' | 'open' | 'silent' = 'closed',
  { isKilled = false, mhaLives = true, network = 'yes reply from fa:16:3e:00:00:12' } = {},
) {
  const states = { db10: { readOnly: true }, db11: { readOnly: !isOpen }, db12: { readOnly: third !== 'open' } };
  const ran: string[] = [];
  let isThere = isOpen;
  const host = shell((argv) => {
    if (argv[2] === assignScript) {
      ran.push('assign');
      isThere = true;
    }
    const listing = `addresses:\n[{"ifname":"eth1","addr_info":[${isThere ? '{"local":"10.0.0.155"}' : ''}]}]`;
    if (argv[2] === listScript) ran.push('list');
    if (argv[2] === surveyScript) return { stdout: `ip=/sbin/ip\n${listing}` };
    if (argv[2] === askScript) {
      ran.push('ask');
      return { stdout: network === '' ? 'arping=unknown denied\n' : `arping=${network}\nkernel=no\n` };
    }
    return { stdout: listing };
  });
  const bare = shell(() => ({ stdout: 'ip=/sbin/ip\naddresses:\n[{"ifname":"eth1"}]' }));
  const tools = fakeTools(
    '[default]\nvip_type = metal\nwriter_vip_cidr = 10.0.0.155/24\ncluster_interface = eth1\n[db10]\n[db11]\n',
    {
      ssh: ({ label }) => Promise.resolve(label === 'db11' ? host : bare),
      mysql: ({ label }) =>
        label === 'db12' && third === 'silent'
          ? Promise.reject(new Failure('mysql', 'db12: no answer'))
          : Promise.resolve(readOnlyConnection(states[label as keyof typeof states])),
      mhaCaller: () =>
        Promise.resolve({ pid: 5, startTicks: '1', program: 'masterha_master_switch', conf: '/etc/mha/c.cnf' }),
      isRunning: () => Promise.resolve(mhaLives),
      takeReady: () => Promise.resolve(null),
    },
  );
  const servers = [10, 11, 12].map((id) => `[server${id}]\nhostname=db${id}\n`);
  tools.files.texts.set('/etc/mha/c.cnf', `[server default]\nuser=u\npassword=p\n${servers.join('')}`);
  const at = tools.clock.now().toISOString();
  const ended = (procedure: string, origHost: string, newHost: string | null): object[] => [
    { kind: 'run', run: procedure, pid: 7, procedure, origHost, newHost, at },
    ...(newHost === null
      ? [{ kind: 'step', run: procedure, id: `assign:${origHost}`, title: '', before: {}, at }]
      : []),
    { kind: 'end', run: procedure, outcome: 'done', message: '', at },
  ];
  const caller = { pid: 5, startTicks: '1', program: 'masterha_master_switch' };
  const [begun = {}, done = {}] = ended('online stop', 'db10', 'db11');
  const stop = withStop ? [{ ...begun, caller }, ...(isKilled ? [] : [done])] : [];
  const lines = [stop, ...moves.map((host) => ended('vip assign', host, null))].flat();
  tools.files.texts.set('/var/lib/mha-helper/c.journal', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const request = { command: 'start', orig: end('db10'), new: end('db11'), origIsNewSlave: false } as const;
  return { outcome: await onlineStart(request, tools), ran, states };
}

test('the network is not asked again: stop has done it; nor the host for what it has just said', async () => {
  const { outcome, ran, states } = await startAfter([]);
  assert.deepEqual(ran, ['assign']);
  assert.equal(states.db11.readOnly, false);
  assert.doesNotMatch(JSON.stringify(outcome), /writer address/);
});

test('it is where an operator has moved the address since: it is not put on a second host', async () => {
  const { outcome, ran } = await startAfter(['db12']);
  assert.deepEqual(ran, ['ask']);
  assert.match(JSON.stringify(outcome), /db11 takes writes, but the writer address 10\.0\.0\.155 is not on it/);
});

test('nor where the network cannot be asked, as long as that host was the last to be given it', async () => {
  const set = (moves: readonly string[]) => startAfter(moves, true, false, 'closed', { network: '' });
  const { outcome, ran } = await set(['db12']);
  assert.deepEqual(ran, ['ask']);
  assert.match(
    JSON.stringify(outcome),
    /not on it .*since .{1,3}online stop.{1,3} .{1,3}vip assign.{1,3} has given it to db12/,
  );
  assert.deepEqual((await set(['db12', 'db11'])).ran, ['ask', 'assign']);
});

test('without a record of stop nobody can say whether the old master was written to since', async () => {
  const { outcome, states, ran } = await startAfter([], false);
  assert.equal(states.db11.readOnly, false);
  // Nor whether somebody else has the address.
  assert.deepEqual(ran, ['ask']);
  assert.match(JSON.stringify(outcome), /db11 takes writes, but the writer address 10\.0\.0\.155 is not on it/);
  assert.match(JSON.stringify(outcome), /it is not known whether db10 was written to after it was closed/);
});

for (const isKilled of [false, true]) {
  test(`MHA has ended: nothing is opened, after a stop that ${isKilled ? 'was killed' : 'ended well'}`, async () => {
    await assert.rejects(startAfter([], true, false, 'closed', { isKilled, mhaLives: false }), (error: Failure) => {
      assert.match(error.message, /MHA, which called "online stop" \(pid 5\), has ended: nothing was changed/);
      return true;
    });
  });
}

test('a stop that was killed, and MHA that goes on all the same', async () => {
  const { states } = await startAfter([], true, false, 'closed', { isKilled: true });
  assert.equal(states.db11.readOnly, false);
});

test('the same call again changes nothing, and has nothing to say about that', async () => {
  const { outcome } = await startAfter([], false, true);
  assert.deepEqual(outcome, { kind: 'done' });
});

test('another server that was made the master since: nobody is opened beside it', async () => {
  await assert.rejects(startAfter([], true, false, 'open'), (error: Failure) => {
    assert.match(error.message, /db12 takes writes and has no master: db11 must not take writes too/);
    assert.match(error.message, /db10 was closed by "online stop" and was not opened again/);
    return true;
  });
});

test('another server that does not answer: the network says whether it has the address', async () => {
  await assert.rejects(startAfter([], true, false, 'silent'), /answers for the writer address.*\(db12: no answer\)/);
});
