import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import type { HardRequest } from '../../../../src/mha/request.ts';
import { hardStart } from '../../../../src/procedures/hooks/hardStart.ts';
import { hardStop, hardStopSsh } from '../../../../src/procedures/hooks/hardStop.ts';
import { giveOrder, newOrder, readOrders } from '../../../../src/procedures/orders/standingOrders.ts';
import { portScript } from '../../../../src/procedures/run/portFrom.ts';
import { askScript } from '../../../../src/vip/metal/askScript.ts';
import { surveyScript } from '../../../../src/vip/metal/scripts.ts';
import { fakeNeutron, neutronPort } from '../../../doubles/neutron.ts';
import { fakeTools, readOnlyConnection, shell } from '../../../doubles/tools.ts';
import { patternOf } from '../../../patternOf.ts';

const orig = { host: 'db10', ip: '10.0.0.10', port: 3306 };
const stop = (command: 'stop' | 'stopssh'): Exclude<HardRequest, { command: 'start' }> => ({ command, orig });
const start: Extract<HardRequest, { command: 'start' }> = {
  command: 'start',
  orig,
  new: { host: 'db11', ip: '10.0.0.11', port: 3306, user: 'u', password: 'p' },
};

/** @param codes exit codes of the operator's commands, in order for each; 0 when used up */
function byCommand(policy: string, codes: { release?: number[]; status?: number[]; assign?: number[] }) {
  const ran: string[] = [];
  const local = shell((argv) => {
    const action = argv.find((one) => one.startsWith('MHA_HELPER_ACTION='))?.split('=')[1] ?? 'fence';
    ran.push(action);
    return { code: codes[action as 'release']?.shift() ?? 0 };
  });
  const tools = fakeTools(
    '[default]\nvip_type = command\nvip_assign_command = a\nvip_release_command = r\nvip_status_command = s\n' +
      `unreachable_master = ${policy}\nfence_command = f\n[db10]\n[db11]\n`,
    { local },
  );
  return { tools, ran };
}

test('a dead master: the release is run whatever the status says, and never taken back', async () => {
  for (const command of ['stop', 'stopssh'] as const) {
    const hook = command === 'stop' ? hardStop : hardStopSsh;
    const already = byCommand('abort', { status: [3] });
    assert.deepEqual(await hook(stop(command), already.tools), { kind: 'done' });
    assert.deepEqual(already.ran, ['release', 'status']);

    // It still holds the address after the release.
    const still = byCommand('continue', { status: [0] });
    const outcome = await hook(stop(command), still.tools);
    assert.equal(outcome.kind, 'proceed');
    assert.deepEqual(still.ran, ['release', 'status']);
  }
});

test("what became of the release is for the operator's policy to judge, with a host that answers SSH too", async () => {
  const aborted = byCommand('abort', { release: [1] });
  await assert.rejects(hardStopSsh(stop('stopssh'), aborted.tools), {
    kind: 'refused',
    message: patternOf(
      /^db10 answered SSH a moment ago, and the writer address could not be taken away from it /,
      /\(.*; what had been done was left as it is\), so .* unreachable_master = abort$/,
    ),
  });
  const fenced = byCommand('fence', { release: [1] });
  assert.deepEqual(await hardStopSsh(stop('stopssh'), fenced.tools), { kind: 'done' });
  assert.deepEqual(fenced.ran, ['release', 'fence']);
});

test('fenced by the failover: in the record, and the standing order knows it', async () => {
  const { tools, ran } = byCommand('fence', { release: [1] });
  assert.deepEqual(await hardStop(stop('stop'), tools), { kind: 'done' });
  assert.deepEqual(ran, ['release', 'fence']);
  const next = { readOnly: true };
  const mysql: typeof tools.connect.mysql = (target, ms) =>
    target.label === 'db11' ? Promise.resolve(readOnlyConnection(next)) : tools.connect.mysql(target, ms);
  await hardStart(start, { ...tools, connect: { ...tools.connect, mysql } });
  const orders = await readOrders(tools, 'c');
  const [order] = isUnknown(orders) ? [] : orders.standing;
  assert.deepEqual([next.readOnly, order?.fenced?.by], [false, 'hard stop']);
});

test('a hard start releases where the status cannot tell', async () => {
  const { tools, ran } = byCommand('continue', { status: [1, 3, 3, 0] });
  const next = { readOnly: true };
  const connect = {
    ...tools.connect,
    mysql: (target: { label: string }) =>
      target.label === 'db11' ? Promise.resolve(readOnlyConnection(next)) : tools.connect.mysql(target as never, 1),
  };
  assert.deepEqual(await hardStart(start, { ...tools, connect }), { kind: 'done' });
  assert.deepEqual(ran, ['status', 'release', 'status', 'status', 'assign', 'status']);
  assert.equal(next.readOnly, false);
});

/**
 * An address pair whose old port is not restricted, so that only the network knows whether the old master still uses
 * the address.
 */
function addressPair(answersArp: boolean) {
  const next = { readOnly: true };
  const ports = [neutronPort(10, [], false), neutronPort(11)];
  const asked: (readonly string[])[] = [];
  const host = shell((argv) => {
    if (argv[2] === surveyScript)
      return { stdout: 'ip=/sbin/ip\narping=/usr/sbin/arping\narping_kind=iputils\naddresses:\n[{"ifname":"eth1"}]' };
    if (argv[2] !== askScript) return { stdout: 'addresses:\n[]' };
    asked.push(argv);
    const arping = answersArp ? 'yes Unicast reply from 10.0.0.155 [fa:16:3e:00:00:10]' : 'no';
    return { stdout: `arping=${arping}\nkernel=no\n` };
  });
  const down = fakeTools('').connect;
  const tools = fakeTools(
    '[default]\nvip_type = openstack\nopenstack_method = allowed-address-pair\nwriter_vip_cidr = 10.0.0.155/24\n' +
      'cluster_interface = eth1\n[db10]\n[db11]\n',
    {
      openstack: () => Promise.resolve(fakeNeutron(ports)),
      ssh: (target, ms) => (target.label === 'db11' ? Promise.resolve(host) : down.ssh(target, ms)),
      mysql: (target, ms) =>
        target.label === 'db11' ? Promise.resolve(readOnlyConnection(next)) : down.mysql(target, ms),
    },
  );
  return { tools, next, asked };
}

test('an unrestricted port: a silent old master that the network hears is alive: no second one is opened', async () => {
  const { tools, next, asked } = addressPair(true);
  await assert.rejects(
    hardStart(start, tools),
    (error: unknown) =>
      error instanceof Failure &&
      error.kind === 'refused' &&
      error.message.includes('the hardware address fa:16:3e:00:00:10 answers for the writer address 10.0.0.155'),
  );
  assert.equal(next.readOnly, true);
  // From its own address: the network drops what comes from another one.
  assert.deepEqual(
    asked.map((argv) => argv.at(-1)),
    ['own', 'own'],
  );
});

test('an unrestricted port: where nobody answers, the old master is taken for dead', async () => {
  const { tools, next } = addressPair(false);
  assert.equal((await hardStart(start, tools)).kind, 'proceed');
  assert.equal(next.readOnly, false);
});

test('no address is managed: whether the dead master takes writes is for the policy to judge as well', async () => {
  const withPolicy = (policy: string) => {
    const ran: string[] = [];
    const local = shell((argv) => {
      ran.push(argv.at(-1) ?? '');
      return {};
    });
    const text = `[default]\nvip_type = none\nunreachable_master = ${policy}\nfence_command = f\n[db10]\n[db11]\n`;
    return { tools: fakeTools(text, { local }), ran };
  };
  await assert.rejects(hardStop(stop('stop'), withPolicy('abort').tools), {
    kind: 'refused',
    message: /^db10 does not answer SSH, so it is not known whether its server takes writes, and unreachable_master/,
  });
  const fenced = withPolicy('fence');
  assert.deepEqual(await hardStop(stop('stop'), fenced.tools), { kind: 'done' });
  assert.deepEqual(fenced.ran, ['f']);
  const went = await hardStop(stop('stop'), withPolicy('continue').tools);
  assert.match(JSON.stringify(went), /its server takes writes: keep that host off the network; as soon/);
  assert.doesNotMatch(JSON.stringify(went), /writer address/);
});

test('a start that refuses leaves the order that a killed one had given', async () => {
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n[db11]\n[db12]\n', {
    mysql: ({ label }) =>
      label === 'db12'
        ? Promise.resolve(readOnlyConnection({ readOnly: false }))
        : Promise.reject(new Failure('mysql', `${label}: gone`)),
  });
  const known = { server: orig, master: 'db11', conf: null, given: '2026-01-31T02:00:00.000Z', caller: null };
  await giveOrder(tools, 'c', newOrder(known));
  await assert.rejects(hardStart(start, tools));
  const orders = await readOrders(tools, 'c');
  assert.deepEqual(isUnknown(orders) ? orders : orders.standing, [newOrder(known)]);
});

/** db10 refuses MySQL, its host did not answer `stop`, and the network hears it. @param said by db11's host */
function refusing(
  said: string,
  configuration = '[default]\nvip_type = metal\nwriter_vip_cidr = 10.0.0.155/24\ncluster_interface = eth1\n' +
    '[db10]\n[db11]\n',
  network = 'arping=yes reply from fa:16:3e:00:00:10\nkernel=no\n',
) {
  const next = { readOnly: true };
  const host = shell((argv) => {
    const listing = 'addresses:\n[{"ifname":"eth1"}]';
    if (argv[2] === surveyScript) return { stdout: `ip=/sbin/ip\n${listing}` };
    if (argv[2] === askScript) return { stdout: network };
    return { stdout: argv[2] === portScript && argv.at(-1) === '3306' ? said : listing };
  });
  const down = fakeTools('').connect;
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const tools = fakeTools(configuration, {
    ssh: (target, ms) => (target.label === 'db11' ? Promise.resolve(host) : down.ssh(target, ms)),
    mysql: ({ label }) =>
      label === 'db11'
        ? Promise.resolve(readOnlyConnection(next))
        : Promise.reject(new Failure('mysql', `${label}: refused`, { cause })),
  });
  const at = tools.clock.now().toISOString();
  const lines = [
    { kind: 'run', run: 'a', pid: 7, procedure: 'hard stop', origHost: 'db10', newHost: null, at },
    { kind: 'end', run: 'a', outcome: 'proceed', message: 'x', at },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  tools.files.texts.set('/var/lib/mha-helper/c.journal', text);
  return { tools, next };
}

test('without an address of ours, what refuses this manager and lets the new master in is alive', async () => {
  const start10 = { ...start, orig: { ...orig, ip: '10.0.0.155' } };
  const alive = refusing('open\n', '[default]\nvip_type = none\n[db10]\n[db11]\n');
  await assert.rejects(hardStart(start10, alive.tools), {
    kind: 'refused',
    message: /^db10 refuses this manager, but db11 reaches it: clients may be writing there/,
  });
  assert.equal(alive.next.readOnly, true);
  const dead = refusing('refused\n', '[default]\nvip_type = none\n[db10]\n[db11]\n');
  await hardStart(start10, dead.tools);
  assert.equal(dead.next.readOnly, false);
});

test('a firewall that refuses this manager is no death: the new master reaches a server at the address', async () => {
  const behind = refusing('open\n');
  await assert.rejects(hardStart(start, behind.tools), {
    kind: 'refused',
    message: /^db10 refuses this manager, but db11 reaches a server at the writer address 10\.0\.0\.155, and the host/,
  });
  assert.equal(behind.next.readOnly, true);
  // Neither open nor refused there: what is not known does not make a second master.
  const unheard = refusing('');
  await assert.rejects(hardStart(start, unheard.tools), {
    kind: 'refused',
    message: /^db10 refuses this manager, and it is not known whether a server can be reached at the writer address /,
  });
  assert.equal(unheard.next.readOnly, true);
  // A dead server on a host that has kept the address.
  const dead = refusing('refused\n');
  assert.match(JSON.stringify(await hardStart(start, dead.tools)), /db11 takes writes, but the writer address/);
  assert.equal(dead.next.readOnly, false);
});

test('a network that cannot be asked is not silent: the new master says whether it is refused too', async () => {
  const cannot = 'arping=unknown sudo: a password is required\nkernel=unknown the way there is by a router\n';
  const doubtful = refusing('', undefined, cannot);
  await assert.rejects(hardStart(start, doubtful.tools), {
    kind: 'refused',
    message: /^db10 refuses this manager, and it is not known whether a server can be reached at the writer address /,
  });
  assert.equal(doubtful.next.readOnly, true);
  const dead = refusing('refused\n', undefined, cannot);
  await hardStart(start, dead.tools);
  assert.equal(dead.next.readOnly, false);
});
