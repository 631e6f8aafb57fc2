// Back to the start between two scenarios, whatever happened: every process of every host is ended, data and settings
// are laid down anew.
import { type DatabaseServer, FIRST_BINARY_LOG, addressOf } from './databaseServer.ts';
import { answering, killProcesses, reseed, startCommand, statements } from './databaseHost.ts';
import { script } from './hostFiles.ts';
import type { Holder } from './holder.ts';
import { DATABASE_NAMES, type DatabaseName, isDatabaseName, isEtcdName, isManagerName } from './hosts.ts';
import { makeEtcdAccounts, startEtcdMember } from './etcdHosts.ts';
import { emptyMailbox, START_MAIL_SERVER } from './mailServer.ts';
import { type ConfigurationOverrides, configureManager, databaseWorkDirectory } from './mha.ts';
import { addWriterAddress, resetAddresses } from './network.ts';
import { processesUnder, waitUntil } from './processes.ts';
import { START_SSHD } from './sshDaemon.ts';

export async function layTopology(
  holder: Holder,
  server: DatabaseServer,
  master: DatabaseName,
  overrides: ConfigurationOverrides,
): Promise<void> {
  await killProcesses(holder.hosts.flatMap((name) => processesUnder(holder.hostInits[name])));
  await script(
    holder.switchInit,
    holder.hosts.map((name) => `ip link set port-${name} up`),
  );
  await Promise.all(
    holder.hosts.map(async (name) => {
      const lines = [...resetAddresses(name), 'mount -o remount,size=50% /var/log', 'rm -f /var/log/filler'];
      if (isDatabaseName(name)) lines.push(...reseed(), ...databaseWorkDirectory(), startCommand(server));
      lines.push(...START_SSHD);
      if (isManagerName(name))
        lines.push(...configureManager(overrides, holder.hosts), ...emptyMailbox(), ...START_MAIL_SERVER);
      if (isEtcdName(name)) lines.push(...startEtcdMember(name, 'new'));
      if (name === master)
        lines.push(addWriterAddress(name, overrides.helper?.['default']?.['writer_vip_cidr'] ?? undefined));
      await script(holder.hostInits[name], lines);
    }),
  );
  await Promise.all([...DATABASE_NAMES.map((name) => answering(holder.hostInits[name])), makeEtcdAccounts(holder)]);
  await statements(holder.hostInits[master], ['SET GLOBAL read_only=0']);
  await replicateFrom(holder, server, master);
}

async function replicateFrom(holder: Holder, server: DatabaseServer, master: DatabaseName): Promise<void> {
  const replicas = DATABASE_NAMES.filter((name) => name !== master);
  const source = { address: addressOf(master), file: FIRST_BINARY_LOG, position: 4 };
  await Promise.all(replicas.map((name) => statements(holder.hostInits[name], server.replicate(source))));
  for (const name of replicas) {
    await waitUntil(`replication from ${master} to ${name}`, 10_000, async () => {
      const [status] = await statements(holder.hostInits[name], [server.replicaStatus]);
      return status !== undefined && server.isReplicating(status);
    });
  }
}
