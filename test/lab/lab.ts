// The lab: db10, db11, db12, mgr and app on this machine, as the README's example has them, and more managers with etcd
// where that is asked for. Scenarios use nothing but this.
import { makeKeys, makeLogins, makeNames, makeSudoers, makeUsers } from './accounts.ts';
import {
  killProcesses,
  type Row,
  serverProcesses,
  signalProcesses,
  startServer,
  statements,
  stopServer,
} from './databaseHost.ts';
import { CONFIGURATION_FILE, type DatabaseServer, configuration } from './databaseServer.ts';
import { type CommandOptions, type CommandOutcome, type RunningCommand, runIn, startIn } from './hostCommand.ts';
import { readHostFile, script, writeCommand, type HostFile } from './hostFiles.ts';
import { type Holder, findHolder, startHolder, stopHolder } from './holder.ts';
import {
  DATABASE_NAMES,
  type DatabaseName,
  type HostName,
  hostsOf,
  isDatabaseName,
  isEtcdName,
  isManagerName,
  type ManagerName,
  managersOf,
} from './hosts.ts';
import { etcdFiles, startEtcdMember } from './etcdHosts.ts';
import { installHooks } from './hooks.ts';
import { haveLayer, layerInLab } from './layer.ts';
import { mailServerFiles, parseMails, PRINT_MAILS, type ReceivedMail } from './mailServer.ts';
import { type ConfigurationOverrides, configureManager, installLayer } from './mha.ts';
import { frozenHosts, holders, resetAddresses, setPort } from './network.ts';
import { obstacle } from './preflight.ts';
import { havePristine } from './pristine.ts';
import { commandLine, isAlive, processesUnder } from './processes.ts';
import { claim, readStateFile, record, removeRunDirectory } from './runDirectory.ts';
import { chosenServer, databaseServer, haveServer } from './servers.ts';
import { sshdFiles, START_SSHD } from './sshDaemon.ts';
import { layTopology } from './topology.ts';

export interface LabOptions {
  readonly name?: string;
  /** Default true: the lab ends with this process. */
  readonly ephemeral?: boolean;
  /** Default: what LAB_SERVER and LAB_GTID say, else the machine's own MariaDB without GTID. */
  readonly server?: DatabaseServer;
  readonly configuration?: ConfigurationOverrides;
  /** 2 or 3: mgr2 and mgr3 besides, and etcd1 to etcd3 that they share. Default 1. */
  readonly managers?: 1 | 2 | 3;
  /** Habets' arping in /usr/sbin instead of the iputils one in /usr/bin; needs the layer habetsArping. */
  readonly habetsArping?: boolean;
  /** Exim on mgr besides, with encryption and logins (secureMailServer.ts starts it); needs the layer exim. */
  readonly exim?: boolean;
}

let labsOfThisProcess = 0;

/** @throws Error with one clear line when the machine lacks something. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const missing = obstacle();
  if (missing !== undefined) throw new Error(`lab: ${missing}`);
  const server = options.server ?? chosenServer();
  haveServer(server);
  const name = options.name ?? `of-${process.pid}-${++labsOfThisProcess}`;
  const directory = claim(name);
  try {
    const lowerDirectories = (host: HostName): string[] => [
      ...(options.habetsArping === true ? [layerInLab(directory, 'habetsArping')] : []),
      ...(options.exim === true && host === 'mgr' ? [layerInLab(directory, 'exim')] : []),
      ...(haveLayer('base') ? [layerInLab(directory, 'base')] : []),
      '/',
    ];
    const holder = await startHolder(directory, {
      ephemeral: options.ephemeral ?? true,
      hosts: hostsOf(options.managers ?? 1),
      lowerDirectories,
    });
    const maker = readStateFile(name)?.maker;
    if (maker === undefined) throw new Error(`lab: ${directory} has lost its record`);
    record(name, { maker, holder: holder.outermost, server: { name: server.name, gtid: server.gtid } });
    const lab = new Lab(name, holder, server, options.configuration ?? {});
    await lab.prepare();
    return lab;
  } catch (error) {
    await stopNamed(name);
    throw error;
  }
}

/** A lab that is up. @throws Error when there is none of that name. */
export function openLab(name: string): Lab {
  const entry = readStateFile(name);
  if (entry?.holder === undefined || entry.server === undefined) throw new Error(`lab: ${name} is not up`);
  return new Lab(name, findHolder(entry.holder.pid), databaseServer(entry.server.name, entry.server), {});
}

/** Ends every process of the lab and forgets it; a lab that is not up is no error. */
export async function stopNamed(name: string): Promise<void> {
  const entry = readStateFile(name);
  if (entry !== undefined && entry.holder === undefined && entry.maker.pid !== process.pid && isAlive(entry.maker)) {
    throw new Error(`lab: ${name} is being made by process ${entry.maker.pid}`);
  }
  if (entry?.holder !== undefined) await stopHolder(entry.holder);
  removeRunDirectory(name);
}

export class Lab {
  readonly name: string;
  readonly holder: Holder;
  readonly server: DatabaseServer;
  readonly #overrides: ConfigurationOverrides;

  constructor(name: string, holder: Holder, server: DatabaseServer, overrides: ConfigurationOverrides) {
    this.name = name;
    this.holder = holder;
    this.server = server;
    this.#overrides = overrides;
  }

  /** Everything that is made once for each lab, then the topology. */
  async prepare(): Promise<void> {
    const { hosts } = this.holder;
    await script(this.#init('mgr'), makeKeys(hosts));
    const certificates = etcdFiles(hosts);
    await Promise.all(
      hosts.map((name) => {
        const lines = [
          ...makeUsers(),
          ...makeNames(name, hosts),
          ...makeLogins(),
          ...sshdFiles(name),
          ...installLayer(),
        ];
        if (isDatabaseName(name))
          lines.push(...makeSudoers(), writeCommand(this.#configurationFile(name)), ...this.server.prepare);
        if (name !== 'app') lines.push(...this.server.clients);
        if (isManagerName(name)) lines.push(...mailServerFiles(name));
        lines.push(...certificates(name));
        return script(this.#init(name), lines);
      }),
    );
    await havePristine(this.#init('db10'), this.server);
    await this.makeMaster('db10');
  }

  /** Runs a program in a host. A non-zero exit is a result; only a timeout throws. */
  exec(host: HostName, argv: readonly string[], options?: CommandOptions): Promise<CommandOutcome> {
    return runIn(this.#init(host), argv, options);
  }

  /** Starts a program in a host that runs on. */
  spawn(host: HostName, argv: readonly string[], options?: CommandOptions): RunningCommand {
    return startIn(this.#init(host), argv, options);
  }

  readFile(host: HostName, path: string): Promise<string> {
    return readHostFile(this.#init(host), path);
  }

  async writeFile(host: HostName, file: HostFile): Promise<void> {
    await script(this.#init(host), [writeCommand(file)]);
  }

  /** Statements as root through the server's own socket. @returns the rows of the last one. */
  sql(host: DatabaseName, ...texts: readonly string[]): Promise<Row[]> {
    return statements(this.#init(host), texts);
  }

  /** kill -9, as when the server crashes. */
  killMysqld(host: DatabaseName): Promise<void> {
    return killProcesses(serverProcesses(this.#init(host), this.server));
  }

  /** SIGSTOP: the server hangs, its connections stay and get no answer. */
  freezeMysqld(host: DatabaseName): void {
    signalProcesses(serverProcesses(this.#init(host), this.server), 'SIGSTOP');
  }

  thawMysqld(host: DatabaseName): void {
    signalProcesses(serverProcesses(this.#init(host), this.server), 'SIGCONT');
  }

  /** In order, as `systemctl stop` does. */
  stopMysqld(host: DatabaseName): Promise<void> {
    return stopServer(this.#init(host), this.server);
  }

  /** read_only=1 after the start, on every host. @param extra more options on the server's command line */
  startMysqld(host: DatabaseName, ...extra: readonly string[]): Promise<void> {
    return startServer(this.#init(host), this.server, extra);
  }

  /** Pulls the host's cable: no packet comes through, and the host keeps its addresses. */
  linkDown(host: HostName): Promise<void> {
    return setPort(this.holder.switchInit, host, 'down');
  }

  linkUp(host: HostName): Promise<void> {
    return setPort(this.holder.switchInit, host, 'up');
  }

  /**
   * The host dies: no process, no answer. Its data stays. No end of a connection leaves it, not even when it is back:
   * the other side hears nothing.
   */
  async powerOff(host: HostName): Promise<void> {
    await this.linkDown(host);
    await script(this.#init(host), ['ss -K state connected >/dev/null']);
    await killProcesses(processesUnder(this.#init(host)));
  }

  /** As after a boot: its own addresses only, sshd up; a database server stays down until `startMysqld`. */
  async powerOn(host: HostName): Promise<void> {
    await script(this.#init(host), [...resetAddresses(host), 'rm -f /run/mysqld/*', ...START_SSHD]);
    await this.linkUp(host);
    if (isEtcdName(host)) await script(this.#init(host), startEtcdMember(host, 'existing'));
  }

  /** No room is left where MHA and sshd keep their logs, until the next reset. */
  async fillLogDisk(host: HostName): Promise<void> {
    await script(this.#init(host), [
      'mount -o remount,size=1M /var/log',
      'head -c 2M /dev/zero >/var/log/filler 2>/dev/null || true',
    ]);
  }

  /** Ends sshd and every session. */
  stopSshd(host: HostName): Promise<void> {
    const init = this.#init(host);
    return killProcesses(processesUnder(init).filter((pid) => /(^|\/)sshd\b/.test(commandLine(pid)[0] ?? '')));
  }

  async startSshd(host: HostName): Promise<void> {
    await script(this.#init(host), START_SSHD);
  }

  /** Every host that has the writer address now. */
  vipHolders(address?: string): Promise<HostName[]> {
    return holders(this.holder.hostInits, address);
  }

  /** Hosts with anything on them that a planned switch freezes connections with. */
  frozenHosts(): Promise<HostName[]> {
    return frozenHosts(this.holder.hostInits);
  }

  /** Every server that answers and takes writes. */
  async writableServers(): Promise<DatabaseName[]> {
    const writable = await Promise.all(
      DATABASE_NAMES.map(async (name) => {
        try {
          const [row] = await statements(this.#init(name), ['SELECT @@global.read_only AS value'], 1000);
          return Number(row?.['value']) === 0;
        } catch {
          return false;
        }
      }),
    );
    return DATABASE_NAMES.filter((_, index) => writable[index]);
  }

  /** The whole lab as at the start, with this master, whatever happened before. Ends every process in the hosts. */
  makeMaster(master: DatabaseName): Promise<void> {
    return layTopology(this.holder, this.server, master, this.#overrides);
  }

  resetTopology(): Promise<void> {
    return this.makeMaster('db10');
  }

  /** Writes the example's two configuration files with these changes, on each manager, until the next reset. */
  async configure(overrides: ConfigurationOverrides): Promise<void> {
    for (const name of this.managers) await script(this.#init(name), configureManager(overrides, this.holder.hosts));
  }

  get managers(): readonly ManagerName[] {
    return managersOf(this.holder.hosts);
  }

  /** Puts the executable into each manager as /usr/bin/mha-helper, with a symlink for each name. */
  async installHooks(executable: string, names: readonly string[]): Promise<void> {
    for (const name of this.managers) await installHooks(this.#init(name), executable, names);
  }

  /** What the manager's SMTP server has delivered since the last reset, oldest first. */
  async mails(from: ManagerName = 'mgr'): Promise<ReceivedMail[]> {
    return parseMails((await this.exec(from, ['sh', '-c', PRINT_MAILS])).stdout);
  }

  /** Ends every process of the lab. */
  stop(): Promise<void> {
    return stopNamed(this.name);
  }

  #init(host: HostName): number {
    return this.holder.hostInits[host];
  }

  #configurationFile(host: DatabaseName): HostFile {
    return { path: CONFIGURATION_FILE, content: configuration(this.server, host) };
  }
}
