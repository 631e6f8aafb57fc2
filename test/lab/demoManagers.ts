// Three managers, to watch: the host of the one that leads loses its power while an application writes, another one
// takes over, and then the master dies too. Ends with 1 when a write is lost, when not exactly one host has the address
// or takes writes, or when a manager has acted out of its turn.
import type { ClusterStatus } from '../../src/procedures/monitor/monitorStatus.ts';
import { actsOf, actsOutOfTurn, logStatements } from '../faults/managerActs.ts';
import { clusterLab, managerLog, quickManager } from '../scenarios/cluster.ts';
import { startMonitorOn, statusOn, untilLeads, untilOn } from '../scenarios/severalManagers.ts';
import { type DemoRow, DemoStage, runDemo } from './demoStage.ts';
import { hostNameOf, type ManagerName } from './hosts.ts';
import { waitUntil } from './processes.ts';
import { serverVersion } from './servers.ts';

interface Led {
  readonly epoch: number | null;
  readonly manager: ManagerName;
  readonly seen: string;
}

class DemoOfManagers extends DemoStage {
  readonly #led: Led[] = [];
  readonly #began = performance.now();

  async begin(): Promise<void> {
    const server3 = { no_master: null };
    await this.lab.configure({
      application: { ...quickManager.application, server3 },
      helper: { default: { last_failover_minute: '0' } },
    });
    await logStatements(this.lab);
    await this.where(
      `Three ${await serverVersion(this.lab)} servers replicate, db10 is the master; three manager hosts ` +
        'have MHA and mha-helper; three hosts have etcd; an application writes 200 rows a second.',
    );
    await startMonitorOn(this.lab, 'mgr');
    this.#note(await this.whileWriting('the first monitor starts', untilLeads(this.lab, 'mgr')), 'mgr');
    for (const name of ['mgr2', 'mgr3'] as const) await startMonitorOn(this.lab, name);
    await untilOn(this.lab, 'mgr2', 'a standby', (one) => one.managers?.leader === 'mgr1' && one.protected);
    await this.#showStatus('mgr2');
    await this.startWriting(600_000);
  }

  /** @returns who leads now */
  async leaderDies(): Promise<ManagerName> {
    const title = 'power off of mgr1, which leads';
    this.say(`\n${title}`);
    await this.lab.powerOff('mgr');
    const offAt = performance.now();
    const next = await this.whileWriting('its lease ends, and another one takes over', this.#untilAnotherLeads());
    const seconds = (performance.now() - offAt) / 1000;
    const status = await statusOn(this.lab, next);
    this.#note(status, next, `, protected again ${seconds.toFixed(1)} s after the power off`);
    await this.#showStatus(next);
    await this.endChapter(title);
    return next;
  }

  async masterDies(leader: ManagerName): Promise<void> {
    const title = 'kill -9 of mysqld on db10';
    this.say(`\n${title}, under ${leader}`);
    await this.lab.killMysqld('db10');
    const failedOver = untilOn(this.lab, leader, 'the failover', (one) => one.lastFailover !== null);
    await this.whileWriting('the others are asked whether they reach it; MHA fails over', failedOver);
    this.showHooks(await managerLog(this.lab, leader));
    for (const mail of await this.lab.mails(leader))
      this.say(`  mail to ${mail.headers['to'] ?? '?'}: ${mail.headers['subject'] ?? ''}`);
    await this.endChapter(title);
    await this.whileWriting('masterha_manager begins anew', untilLeads(this.lab, leader));
    await this.#showStatus(leader);
  }

  async rows(): Promise<readonly DemoRow[]> {
    const acts = await actsOf(this.lab);
    const wrong = actsOutOfTurn(acts);
    return [
      ...this.#led.map(({ epoch, manager, seen }): DemoRow => [
        `led in epoch ${epoch ?? '?'}`,
        `${hostNameOf(manager, this.lab.holder.hosts)}, ${seen}`,
        epoch !== null,
      ]),
      ['statements of a manager after another one led', `${wrong.length} of ${acts.length}`, wrong.length === 0],
    ];
  }

  async #untilAnotherLeads(): Promise<ManagerName> {
    let found: ManagerName | undefined;
    await waitUntil('another leader', 180_000, async () => {
      for (const name of ['mgr2', 'mgr3'] as const) {
        const { managers, protected: isProtected } = await statusOn(this.lab, name);
        if (managers?.standing === 'leader' && isProtected) found = name;
      }
      return found !== undefined;
    });
    if (found === undefined) throw new Error('nobody leads');
    return found;
  }

  #note({ managers }: ClusterStatus, manager: ManagerName, more = ''): void {
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(0);
    this.#led.push({ epoch: managers?.epoch ?? null, manager, seen: `seen after ${seconds} s${more}` });
  }

  async #showStatus(name: ManagerName): Promise<void> {
    const { stdout } = await this.lab.exec(name, ['mha-helper', 'monitor', 'status', '-c', 'test_cluster']);
    this.say(`  ${hostNameOf(name, this.lab.holder.hosts)}$ mha-helper monitor status -c test_cluster`);
    for (const line of stdout.trimEnd().split('\n')) this.say(`  | ${line}`);
  }
}

await runDemo(
  () => clusterLab({ managers: 3 }),
  async (lab) => {
    const demo = new DemoOfManagers(lab);
    await demo.begin();
    const leader = await demo.leaderDies();
    await demo.masterDies(leader);
    return demo.verdict('db11', await demo.rows());
  },
);
