// The main job, to watch: real MHA switches and fails over three real servers, with mha-helper as its hooks, while an
// application writes through the writer address. Ends with 1 when a write is lost, or when not exactly one host has the
// address or takes writes.
import { clusterLab, managerEnd, managerLog, masterSwitch, quickManager, startManager } from '../scenarios/cluster.ts';
import { DemoStage, runDemo } from './demoStage.ts';
import type { DatabaseName } from './hosts.ts';
import { serverVersion } from './servers.ts';

class Demo extends DemoStage {
  async begin(): Promise<void> {
    await this.lab.configure(quickManager);
    await this.where(
      `Three ${await serverVersion(this.lab)} servers replicate, db10 is the master; a manager host has ` +
        'MHA; an application writes 200 rows a second.',
    );
    await this.startWriting(300_000);
  }

  async plannedSwitch(to: DatabaseName): Promise<void> {
    const title = `planned switch to ${to}`;
    this.say(`\n${title}: masterha_master_switch --master_state=alive --new_master_host=${to}`);
    const switched = await this.whileWriting('MHA and its hooks', masterSwitch(this.lab, to));
    this.showHooks(switched.stdout);
    if (switched.code !== 0) throw new Error(`masterha_master_switch ended with ${switched.code}:\n${switched.stdout}`);
    await this.endChapter(title);
  }

  async hardFailover(dying: DatabaseName): Promise<void> {
    const title = `hard failover: kill -9 of mysqld on ${dying}`;
    this.say(`\n${title}, under masterha_manager`);
    const manager = await this.whileWriting(
      'masterha_manager looks at everything and begins to watch',
      startManager(this.lab),
    );
    const before = (await managerLog(this.lab)).length;
    await this.lab.killMysqld(dying);
    this.say(`  mysqld on ${dying} is dead`);
    const code = await this.whileWriting(
      'MHA finds out, recovers the binary log, and calls the hooks',
      managerEnd(manager),
    );
    this.showHooks((await managerLog(this.lab)).slice(before));
    if (code !== 0) throw new Error(`masterha_manager ended with ${code}:\n${await managerLog(this.lab)}`);
    for (const mail of await this.lab.mails())
      this.say(`  mail to ${mail.headers['to'] ?? '?'}: ${mail.headers['subject'] ?? ''}`);
    await this.endChapter(title);
  }
}

await runDemo(clusterLab, async (lab) => {
  const demo = new Demo(lab);
  await demo.begin();
  await demo.plannedSwitch('db11');
  await demo.plannedSwitch('db10');
  await demo.hardFailover('db10');
  return demo.verdict('db11');
});
