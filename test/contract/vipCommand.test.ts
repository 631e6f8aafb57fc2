// Real scripts: a file that holds the name of the host.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { localShell } from '../../src/adapters/processes/childProcess.ts';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { Budget } from '../../src/context/budget.ts';
import { readCluster } from '../../src/config/validate.ts';
import { commandProvider } from '../../src/vip/command/provider.ts';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';
import { isAlive, identify, waitUntil } from '../lab/processes.ts';
import { providerContract, troubleContract } from './providerContract.ts';
import { patternOf } from '../patternOf.ts';

describe('command', { concurrency: false }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-command-'));
  after(() => rmSync(directory, { recursive: true }));
  const [file, facts] = [join(directory, 'holder'), join(directory, 'facts')];
  const working = {
    vip_assign_command: `echo "$MHA_HELPER_HOST" >${file}`,
    vip_release_command: `if [ "$(cat ${file})" = "$MHA_HELPER_HOST" ]; then : >${file}; fi`,
    vip_status_command: `env | grep ^MHA_HELPER_ | sort >${facts}; grep -qx "$MHA_HELPER_HOST" ${file} || exit 3`,
  };

  function provider(): Provider {
    const lookup = (name: string): Promise<readonly string[]> =>
      Promise.resolve(name === 'db10.example' ? ['fd00::10', '192.168.10.10'] : assert.fail(name));
    return commandProvider('192.168.10.155', {
      connect: { local: localShell({ env: { PATH: process.env['PATH'] } }), lookup },
      budget: new Budget(systemClock, 'test', 60_000),
    });
  }

  function vipHost(name: string, more: Readonly<Record<string, string>> = {}, ip = '192.168.10.10'): VipHost {
    const lines = Object.entries({
      vip_type: 'command',
      writer_vip_cidr: '192.168.10.155/24',
      ...working,
      ...more,
    }).map(([key, value]) => `${key} = ${value}`);
    const { cluster, problems } = readCluster('/etc/mha-helper/c.conf', `[default]\n${lines.join('\n')}\n[${name}]\n`);
    const settings = cluster?.hosts[0] ?? assert.fail(problems.map(({ text }) => text).join());
    return { name, ip, port: 3307, settings, shell: () => assert.fail('SSH is not its business') };
  }

  const holders = async (): Promise<readonly string[]> =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const reset = async (): Promise<void> => {
    writeFileSync(file, '');
  };
  providerContract(() => ({
    provider: provider(),
    one: vipHost('db10'),
    other: vipHost('db11'),
    holders,
    reset,
    dead: (host) => host,
  }));

  test('the commands get the facts', async () => {
    await reset();
    // A hook of MHA's gets an address, an operator's call a name: the same for the command.
    for (const ip of ['192.168.10.10', 'db10.example']) {
      await provider().holds(vipHost('db10', {}, ip));
      assert.equal(
        readFileSync(facts, 'utf8'),
        'MHA_HELPER_ACTION=status\nMHA_HELPER_ADDRESS=192.168.10.155\nMHA_HELPER_CLUSTER=c\nMHA_HELPER_HOST=db10\n' +
          'MHA_HELPER_IP=192.168.10.10\nMHA_HELPER_PORT=3307\nMHA_HELPER_PREFIX=24\n',
      );
    }
  });

  const all = (command: string): Readonly<Record<string, string>> => ({
    vip_assign_command: command,
    vip_release_command: command,
    vip_status_command: command,
  });
  const trouble = (
    name: string,
    line: RegExp,
    kind: 'address' | 'deadline',
    more: Readonly<Record<string, string>>,
  ): void => {
    troubleContract(name, async () => ({
      name,
      provider: provider(),
      holders,
      kind,
      line,
      host: vipHost('db10', more),
    }));
  };
  trouble(
    'a command that hangs: deadline',
    patternOf(
      String.raw`^vip_(assign|release|status)_command for db10 did not end within `,
      String.raw`1 s; it was killed -- find out what is `,
      String.raw`slow, or raise step_timeout$`,
    ),
    'deadline',
    { step_timeout: '1', ...all('sleep 60') },
  );
  trouble(
    'bad credentials',
    /^vip_\w+_command (failed for|could not find out about) db10 \(exit 4\): access denied$/,
    'address',
    all('echo "access denied" >&2; exit 4'),
  );
  trouble(
    'missing rights',
    /^vip_\w+_command .* db10 \(exit 126\): .*(Permission denied|denied)/i,
    'address',
    all('/etc/passwd'),
  );
  trouble(
    'a status script that breaks: its exit 1 is no answer',
    /^vip_status_command could not find out about db10 \(exit 1\): .* -- where that means "no", it must be exit 3 now/,
    'address',
    { vip_assign_command: 'true', vip_release_command: 'true', vip_status_command: 'cat /not/there' },
  );
  trouble(
    'a program that is not there',
    /^vip_\w+_command .* db10 \(exit 127\): .*not found$/,
    'address',
    all('/not/there'),
  );
  trouble(
    'success that is none is not believed',
    patternOf(
      String.raw`^vip_assign_command for db10 left with 0, but vip_status_command says that db10 does not hold the `,
      String.raw`writer address -- see whether`,
    ),
    'address',
    { vip_assign_command: 'true' },
  );

  test('what a command has started ends with it when its time is over', async () => {
    const pid = join(directory, 'pid');
    await assert.rejects(
      provider().assign(vipHost('db10', { step_timeout: '1', vip_assign_command: `sleep 60 & echo $! >${pid}; wait` })),
      { kind: 'deadline' },
    );
    const child = identify(Number(readFileSync(pid, 'utf8')));
    await waitUntil('the sleep to be gone', 5_000, () => child === undefined || !isAlive(child));
  });

  test('check: a status command that cannot tell is a finding', async () => {
    const [finding, ...others] = await provider().check(
      vipHost('db10', { vip_status_command: 'echo "no connection" >&2; exit 2' }),
    );
    assert.deepEqual(others, []);
    assert.deepEqual(
      [finding?.severity, finding?.text],
      ['error', 'vip_status_command could not find out about db10 (exit 2): no connection'],
    );
  });
});
