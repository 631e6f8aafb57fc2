// What an operator looks at: a cluster by its name, how it is at a glance, and what happened to it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { APPLICATION_FILE, CLUSTER, HELPER_FILE } from '../lab/exampleConfiguration.ts';
import { HOSTS, WRITER_CIDR } from '../lab/hosts.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { clusterLab, managerEnd, masterSwitch, quickManager, startManager } from './cluster.ts';

interface Shown {
  readonly cluster: string;
  readonly conf: string;
  readonly attention: readonly string[];
  readonly servers: readonly { readonly host: string; readonly role: string; readonly holdsAddress: string | null }[];
}

describe('at a glance', { concurrency: false }, () => {
  let lab: Lab | undefined;
  const cluster = (): Lab => lab ?? assert.fail('no lab');
  before(async () => {
    lab = await clusterLab();
    await cluster().configure({});
  });
  after(async () => {
    await lab?.stop();
  });

  const helper = (...words: readonly string[]): Promise<CommandOutcome> =>
    cluster().exec('mgr', ['mha-helper', ...words], { timeoutMs: 120_000 });

  async function shown(): Promise<Shown> {
    const { stdout } = await helper('status', '-c', CLUSTER, '--json');
    const [one] = JSON.parse(stdout) as readonly Shown[];
    return one ?? assert.fail(stdout);
  }

  test('a cluster has one name everywhere, and with one cluster it may be left out', async () => {
    for (const words of [[], ['-c', CLUSTER], ['-c', `${CLUSTER}.conf`], ['-c', APPLICATION_FILE]]) {
      const { code, stdout } = await helper('vip', 'show', '--json', ...words);
      const { conf, address } = JSON.parse(stdout) as { conf: string; address: string };
      assert.deepEqual([code, conf, address], [0, APPLICATION_FILE, '192.168.10.155'], words.join(' '));
    }
    const own = await helper('vip', 'show', '-c', HELPER_FILE);
    assert.equal(own.code, 3);
    assert.match(own.stderr, /mha-helper's own configuration, and MHA's is needed here -- it is \/etc\/mha\//);
    const slip = await helper('undo', '-c', `${CLUSTER}x`);
    assert.deepEqual([slip.code, /did you mean test_cluster\?/.test(slip.stderr)], [2, true], slip.stderr);
    assert.match((await helper('undo')).stdout, /cluster test_cluster: \/etc\/mha\/test_cluster\.conf\n/);
  });

  test('init: the file that a new user begins with is what the hosts show, and none is written over', async () => {
    const before = await cluster().readFile('mgr', HELPER_FILE);
    assert.equal((await helper('init', '-c', CLUSTER)).code, 9);
    assert.equal(await cluster().readFile('mgr', HELPER_FILE), before);
    await cluster().exec('mgr', ['rm', HELPER_FILE]);
    const printed = await helper('init', '-c', CLUSTER, '--print');
    assert.deepEqual([printed.code, /What is next:/.test(printed.stderr)], [0, true], printed.stderr);
    const { code, stdout, stderr } = await helper('init', '-c', CLUSTER);
    assert.deepEqual([code, stderr], [0, ''], stdout);
    assert.match(stdout, /^\/etc\/mha-helper\/test_cluster\.conf is written\n\nWhat is next:\n1\. Read/m);
    assert.equal(printed.stdout, await cluster().readFile('mgr', HELPER_FILE));
    const shownNow = JSON.parse((await helper('config', 'db11', '--json')).stdout) as {
      hosts: { options: Record<string, { value: string }> }[];
    };
    const options = shownNow.hosts[0]?.options ?? {};
    assert.deepEqual(
      ['vip_type', 'writer_vip_cidr', 'cluster_interface'].map((name) => options[name]?.value),
      ['metal', WRITER_CIDR, HOSTS.db11.interface],
    );
    await cluster().configure({});
  });

  test('status: the table, and what is not as it must be first', async () => {
    const { code, stdout, stderr } = await helper('status');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^test_cluster {2}\/etc\/mha\/test_cluster\.conf .*\nNOT as it must be:\n! NOT PROTECTED: /);
    assert.match(stdout, /^db10 {2}master +has it +OFF +- +-$/m);
    assert.match(stdout, /^db11 {2}replica +- +ON(?:, super)? +db10, runs +\d+ s$/m);
    assert.match(stdout, /^db10 {2}(?:MariaDB|MySQL) [\d.]+ +O(?:N|FF), \d+ +\S+$/m);
    assert.match(stdout, /^writer address: 192\.168\.10\.155 \(metal\)$/m);
    assert.match(stdout, /^cluster test_cluster\n {2}(?:last run|no hook)/m);
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 80 || line.includes('  last run')),
      stdout,
    );
    assert.deepEqual(
      (await shown()).servers.map(({ host, role, holdsAddress }) => [host, role, holdsAddress]),
      [
        ['db10', 'master', 'yes'],
        ['db11', 'replica', 'no'],
        ['db12', 'replica', 'no'],
      ],
    );
  });

  test('status: a replica that has stopped is told, and needs a terminal to be watched', async () => {
    await cluster().sql('db12', 'STOP SLAVE');
    const { attention } = await shown();
    assert.equal(attention[0], 'db12 does not replicate');
    assert.match((await helper('status')).stdout, /^db12 {2}replica +- +ON(?:, super)? +db10, STOPPED {2}\?$/m);
    await cluster().sql('db12', 'START SLAVE');
    assert.deepEqual((await helper('status', '--watch')).code, 2);
  });

  test('history: a planned switch there and back, then a failover from its first failed ping', async () => {
    await cluster().configure(quickManager);
    assert.equal((await helper('history')).stdout, 'no switch and no failover yet\n');
    for (const host of ['db11', 'db10'] as const) {
      const { code, stdout } = await masterSwitch(cluster(), host);
      assert.equal(code, 0, stdout);
    }
    const manager = await startManager(cluster());
    await cluster().killMysqld('db10');
    await managerEnd(manager);

    const list = await helper('history', '-c', CLUSTER);
    const row = (what: string): RegExp => new RegExp(String.raw`^${what} +\S+ +\S+$`, 'm');
    assert.match(list.stdout, row(String.raw`1 {2}\S+Z {2}switch +db10 -> db11`));
    assert.match(list.stdout, row(String.raw`2 {2}\S+Z {2}switch +db11 -> db10`));
    const entries = JSON.parse((await helper('history', '--json')).stdout) as { kind: string; outcome: string }[];
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ['planned switch', 'planned switch', 'failover'],
    );

    const { code, stdout, stderr } = await helper('history', 'show', '3');
    assert.deepEqual([code, stderr], [0, '']);
    const places = [
      'first failed ping',
      'MHA begins the failover',
      'Phase 1: ',
      'hook hard stopssh: done',
      'hook hard start: done',
      'Phase 5: ',
      'completed successfully',
    ].map((text) => stdout.indexOf(text));
    assert.ok(!places.includes(-1), stdout);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      stdout,
    );
    assert.equal((await helper('history', 'show', '3', '--html', '/root/story.html')).stdout, '');
    assert.match(await cluster().readFile('mgr', '/root/story.html'), /<title>failover, db1/);
    assert.match((await helper('history', 'show', '1')).stdout, /without MHA's own phases: MHA writes no log of a /);
    assert.equal((await helper('history', 'show', '4')).code, 2);

    assert.equal((await helper('acknowledge')).code, 0);
    assert.match((await helper('acknowledge')).stdout, /^nothing is left to do$/m);
    const allowed = await helper('acknowledge', '--failover');
    assert.match(allowed.stdout, /^removed \/var\/log\/mha\/test_cluster\/test_cluster\.failover\.complete: /m);
    assert.match((await helper('status')).stdout, /another failover allowed by \S+/);
  });

  test('the monitor moves what is old to the archive, and the history has it as before', async () => {
    const directory = '/var/lib/mha-helper';
    const journal = `${directory}/${CLUSTER}.journal`;
    const longAgo = [...Array(12).keys()].flatMap((day) => {
      const at = `2020-01-${day + 10}T03:00:00.000Z`;
      const run = `${at}-7`;
      return [
        { kind: 'run', run, pid: 7, procedure: 'online start', origHost: 'db10', newHost: 'db11', at },
        { kind: 'end', run, outcome: 'done', message: '', at },
      ];
    });
    const recent = await cluster().readFile('mgr', journal);
    const content = `${longAgo.map((line) => JSON.stringify(line)).join('\n')}\n${recent}`;
    await cluster().writeFile('mgr', { path: journal, content, mode: '640' });
    const before = (await helper('history', '--json')).stdout;
    assert.equal((JSON.parse(before) as unknown[]).length, 15);
    assert.equal((await helper('monitor', 'start')).code, 0);
    try {
      await waitUntil('the archive', 10_000, async () => {
        const { stdout } = await cluster().exec('mgr', ['sh', '-c', `stat -c '%a %n' ${journal}*`]);
        return stdout === `640 ${journal}\n640 ${journal}.archive\n`;
      });
    } finally {
      assert.equal((await helper('monitor', 'stop')).code, 0);
    }
    assert.equal((await cluster().readFile('mgr', `${journal}.archive`)).split('\n').length, 2 * 5 + 1);
    assert.equal((await helper('history', '--json')).stdout, before);
    assert.match((await helper('history', 'show', '1')).stdout, /^1: planned switch, db10 -> db11, 2020-01-10/);
  });
});
