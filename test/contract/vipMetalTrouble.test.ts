// What goes wrong around metal: SSH is the service that this provider needs.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { systemClock } from '../../src/adapters/systemClock.ts';
import type { OptionSet } from '../../src/config/options.ts';
import { readCluster } from '../../src/config/validate.ts';
import { Budget } from '../../src/context/budget.ts';
import type { Shell } from '../../src/context/Context.ts';
import { Failure } from '../../src/errors/errors.ts';
import { metal } from '../../src/vip/metal/provider.ts';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';
import { troubleContract } from './providerContract.ts';
import { layWire, type Wire } from './wire.ts';

describe('metal in trouble', { concurrency: false }, () => {
  let wire: Wire | undefined;
  before(async () => {
    wire = await layWire(['db10']);
  });
  after(async () => {
    await wire?.end();
  });

  const shell = (): Shell => wire?.hosts[0]?.shell ?? assert.fail('no wire');
  const provider = (): Provider =>
    metal('10.77.0.155', {
      clock: systemClock,
      budget: new Budget(systemClock, 'test', 60_000),
      warn: () => undefined,
    });
  const holders = async (): Promise<readonly string[]> =>
    wire?.hosts[0]?.exec('ip', '-j', 'addr').includes('"10.77.0.155"') === true ? ['db10'] : [];

  function vipHost(more: Partial<OptionSet>, through: Shell = shell()): VipHost {
    const { cluster } = readCluster(
      '/etc/mha-helper/c.conf',
      '[default]\nvip_type = metal\nwriter_vip_cidr = 10.77.0.155/24\ncluster_interface = eth1\n[db10]\n',
    );
    const settings = cluster?.hosts[0] ?? assert.fail('bad settings');
    return {
      name: 'db10',
      ip: '10.77.0.1',
      port: 3306,
      settings: { ...settings, options: { ...settings.options, ...more } },
      shell: () => Promise.resolve(through),
    };
  }

  const impaired = (run: (shell: Shell) => Shell['run']): Shell => ({ ...shell(), run: run(shell()) });
  troubleContract('a host that hangs: deadline', async () => ({
    name: 'deadline',
    provider: provider(),
    holders,
    kind: 'deadline',
    line: /^db10: ".*" did not end within 1 s/,
    host: vipHost(
      { step_timeout: 1 },
      impaired((shell) => (argv, timeoutMs) => shell.run(['sh', '-c', 'sleep 30', ...argv], timeoutMs)),
    ),
  }));
  troubleContract('credentials that SSH does not accept', async () => ({
    name: 'bad credentials',
    provider: provider(),
    holders,
    kind: 'ssh',
    line: /^db10: no key is accepted$/,
    host: { ...vipHost({}), shell: () => Promise.reject(new Failure('ssh', 'db10: no key is accepted')) },
  }));
  troubleContract('an SSH user without rights', async () => ({
    name: 'missing rights',
    provider: provider(),
    holders,
    kind: 'address',
    line: /^db10: the writer address 10\.77\.0\.155 could not be added: .*not permitted -- let MHA's ssh_user be root/,
    host: vipHost(
      {},
      impaired(
        (shell) => (argv, timeoutMs) =>
          shell.run(['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups', '--', ...argv], timeoutMs),
      ),
    ),
  }));
  troubleContract('an interface that is not there', async () => ({
    name: 'missing object',
    provider: provider(),
    holders,
    kind: 'address',
    line: /^db10: there is no network interface 'eth9' \(there are: .*\) -- set cluster_interface for db10 in/,
    host: vipHost({ cluster_interface: 'eth9' }),
  }));
});
