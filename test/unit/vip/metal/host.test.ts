import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHostSettings } from '../../../../src/config/load.ts';
import { Budget } from '../../../../src/context/budget.ts';
import { beforehand, metalHost } from '../../../../src/vip/metal/host.ts';
import { listScript, lookScript, surveyScript } from '../../../../src/vip/metal/scripts.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const configuration =
  '[default]\nvip_type = metal\nwriter_vip_cidr = 10.0.0.155/24\ncluster_interface = eth1\n[db10]\n[db11]\n';

const names = new Map([
  [surveyScript, 'survey'],
  [lookScript, 'look'],
  [listScript, 'list'],
]);

const nameOf = (argv: readonly string[]): string => [names.get(argv[2] ?? ''), ...argv.slice(4)].join(' ');

/** A host that says which programs are run and which only begun. */
async function surveyed() {
  const { clock, files, log } = fakeTools(configuration);
  const [settings] = await loadHostSettings('/etc/mha-helper', ['db10'], files, log, null);
  assert.ok(settings);
  const said: string[] = [];
  const result = (argv: readonly string[], how: string) => {
    said.push(`${how} ${nameOf(argv)}`);
    return Promise.resolve({ code: 0, stdout: 'ip=/sbin/ip\naddresses:\n[{"ifname":"eth1"}]', stderr: '' });
  };
  const shell = {
    label: 'db10',
    run: (argv: readonly string[]) => result(argv, 'run'),
    arm: (argv: readonly string[]) => () => result(argv, 'word'),
    close: () => Promise.resolve(),
  };
  const budget = new Budget(clock, 'a test', 60_000);
  const host = await metalHost(
    { name: 'db10', ip: '10.0.0.10', port: 3306, settings, shell: () => Promise.resolve(shell) },
    { budget, clock },
  );
  return { host, said, clock };
}

test('the programs and the first look are asked for at the same time, as whoever came before did', async () => {
  const { host, said } = await surveyed();
  assert.deepEqual(said, ['run survey ', 'run look  ip 4 10.0.0.155']);
  const { lasting, looks } = beforehand(host.settings);
  assert.deepEqual([...lasting, ...looks].map(nameOf), ['survey ', 'look  ip 4 10.0.0.155']);
  assert.ok(host.takeFirstLook());
  assert.equal(host.takeFirstLook(), null);
});

test('what is armed gets its word once, from the same script with the same parameters', async () => {
  const { host, said } = await surveyed();
  host.arm(listScript, ['/sbin/ip']);
  await host.script(listScript, ['/bin/ip']);
  await host.script(listScript, ['/sbin/ip']);
  await host.script(listScript, ['/sbin/ip']);
  assert.deepEqual(said.slice(2), ['run list  /bin/ip', 'word list  /sbin/ip', 'run list  /sbin/ip']);
});

test('a login shell that has waited long is not relied on', async () => {
  const { host, said, clock } = await surveyed();
  host.arm(listScript, ['/sbin/ip']);
  await clock.sleep(10_000);
  await host.script(listScript, ['/sbin/ip']);
  assert.deepEqual(said.slice(2), ['run list  /sbin/ip']);
});
