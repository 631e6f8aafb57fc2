// What a daemon needs of this machine besides: its log, and systemd.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import type { DaemonTools, Log, Tools } from '../../context/Context.ts';
import type { ManagerTools } from '../../context/Managers.ts';
import { errorText, oneLine } from '../../errors/message.ts';
import { daemonFiles } from './daemonFiles.ts';
import { detachedProcesses, ownProgram } from '../processes/detachedProcesses.ts';
import { localTime } from '../terminal/streamLog.ts';

/** systemd-notify writes one datagram; it has nobody to wait for. */
const notifyMs = 5000;

export function daemonTools(
  env: NodeJS.ProcessEnv,
  environment: (argv: readonly string[]) => NodeJS.ProcessEnv,
  stdout: Writable,
  tools: Pick<Tools, 'clock' | 'log' | 'connect'>,
  openStore: ManagerTools['openStore'],
): DaemonTools {
  const period = Number(env['WATCHDOG_USEC']);
  let unable = false;
  return {
    processes: detachedProcesses(environment),
    files: daemonFiles,
    log(path) {
      if (path !== undefined) return fileLog(path, tools);
      return env['JOURNAL_STREAM'] === undefined ? tools.log : journalLog(stdout);
    },
    // Node has no datagram sockets of the local kind; systemd brings a program for shell scripts, which is on every
    // host that has systemd.
    async notify(...messages) {
      if (env['NOTIFY_SOCKET'] === undefined || unable) return;
      try {
        const { code, stderr } = await tools.connect.local.run(['systemd-notify', ...messages], notifyMs);
        unable = code === 127;
        if (code !== 0) tools.log.warn(`systemd-notify failed: ${oneLine(stderr)}`);
      } catch (error) {
        // A systemd that does not listen is no reason to stop protecting.
        tools.log.warn(errorText(error));
      }
    },
    watchdogMs: env['NOTIFY_SOCKET'] !== undefined && period > 0 ? period / 1000 / 2 : null,
    async serveMetrics(address, text) {
      const { serveMetrics } = await import('./metricsServer.ts');
      return serveMetrics(address, text);
    },
    async managers() {
      const { bootClock } = await import('../bootClock.ts');
      const { keepFile, ownAddresses, serveLines } = await import('./lineServer.ts');
      return { clock: bootClock, self: ownProgram(), openStore, addresses: ownAddresses, keepFile, serveLines };
    },
  };
}

/** Opened for each line, which are few: rotating needs no signal. */
function fileLog(path: string, { clock, log }: Pick<Tools, 'clock' | 'log'>): Log {
  const write = (line: string): void => {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
      appendFileSync(path, `${localTime(clock.now())} ${oneLine(line)}\n`, { mode: 0o640 });
    } catch (error) {
      log.warn(`${path} cannot be written (${errorText(error)}): ${line}`);
    }
  };
  return { info: write, warn: (line) => write(`warning: ${line}`) };
}

/** journald keeps the time itself, and takes the priority from the beginning of the line (sd-daemon(3)). */
function journalLog(stdout: Writable): Log {
  return {
    info: (line) => void stdout.write(`<6>${oneLine(line)}\n`),
    warn: (line) => void stdout.write(`<4>${oneLine(line)}\n`),
  };
}
