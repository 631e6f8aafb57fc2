import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { DATABASE_NAMES, HOSTS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import type { ConfigurationOverrides } from '../lab/mha.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, managerEnd, managerLog, masterSwitch, startManager } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';
import { describeThoroughly } from '../thorough.ts';

const address = 'fd00:10::155';
// The kernel asks for up to 2 s whether somebody else has the address; a client that hangs or asks the old host waits
// longer than this.
const longestOutageMs = 6_000;

interface Login {
  readonly who: string;
  readonly helper: Readonly<Record<string, string>>;
  readonly application: Readonly<Record<string, string>>;
  /** README, "IPv6": only root can have the kernel tell the neighbours. */
  readonly needsSysctl: boolean;
}

const logins: readonly Login[] = [
  { who: 'a user with sudo', helper: {}, application: {}, needsSysctl: true },
  { who: 'root', helper: { requires_sudo: 'no' }, application: { ssh_user: 'root' }, needsSysctl: false },
];

for (const { who, helper, application, needsSysctl } of logins) {
  const configuration: ConfigurationOverrides = {
    helper: { default: { writer_vip_cidr: `${address}/64`, ...helper } },
    application: { 'server default': { ping_interval: '1', ...application } },
  };

  const name = `IPv6 writer address, MHA logs in as ${who}`;
  describeThoroughly(name, { concurrency: false, isOne: needsSysctl }, () => {
    const cluster = sharedLab({ configuration });
    beforeEach(async () => {
      await cluster().resetTopology();
      for (const host of DATABASE_NAMES) await setNotify(cluster(), host, needsSysctl ? 1 : 0);
    });

    test('planned switch, there and back, while a client writes', async () => {
      const writer = await startWriter(cluster(), { host: address });
      const there = await masterSwitch(cluster(), 'db11');
      assert.equal(there.code, 0, there.stdout);
      assert.match(there.stdout, /release the writer address fd00:10::155 on db10: done/);
      assert.match(there.stdout, /assign the writer address fd00:10::155 to db11: done/);
      await writer.progress(20);
      assert.deepEqual(await cluster().vipHolders(address), ['db11']);
      assert.deepEqual(await cluster().writableServers(), ['db11']);
      const back = await masterSwitch(cluster(), 'db10');
      assert.equal(back.code, 0, back.stdout);
      assert.doesNotMatch(there.stdout + back.stdout, /LEFT TO DO|warning: db/);
      const summary = await assertWhole(cluster(), 'db10', writer, address);
      assert.ok(
        (summary?.longestOutageMs ?? Infinity) < longestOutageMs,
        `longest outage ${summary?.longestOutageMs} ms`,
      );
    });

    test('mysqld is killed: the address moves and a client goes on', async () => {
      const manager = await startManager(cluster());
      const writer = await startWriter(cluster(), { host: address });
      await cluster().killMysqld('db10');
      assert.equal(await managerEnd(manager), 0, await managerLog(cluster()));
      await assertWhole(cluster(), 'db11', writer, address);
      const log = await managerLog(cluster());
      assert.match(log, /release the writer address fd00:10::155 on db10: done/);
      assert.match(log, /assign the writer address fd00:10::155 to db11: done/);
      assert.doesNotMatch(log, /LEFT TO DO|mha-helper: /);
      assert.equal((await cluster().mails()).length, 1);
    });

    if (needsSysctl) {
      test('without the sysctl it says what is left to do, and the address has moved', async () => {
        for (const host of DATABASE_NAMES) await setNotify(cluster(), host, 0);
        const switched = await masterSwitch(cluster(), 'db11');
        assert.equal(switched.code, 0, switched.stdout);
        assert.match(
          switched.stdout,
          patternOf(
            String.raw`LEFT TO DO: neighbours of db11 find out within about 40 s `,
            String.raw`that fd00:10::155 has moved there; .* `,
            String.raw`net\.ipv6\.conf\.eth1\.ndisc_notify=1`,
          ),
        );
        await assertWhole(cluster(), 'db11', undefined, address);
      });
    }
  });
}

async function setNotify(lab: Lab, host: (typeof DATABASE_NAMES)[number], value: 0 | 1): Promise<void> {
  const { code } = await lab.exec(host, [
    'sh',
    '-c',
    `echo ${value} >/proc/sys/net/ipv6/conf/${HOSTS[host].interface}/ndisc_notify`,
  ]);
  assert.equal(code, 0);
}
