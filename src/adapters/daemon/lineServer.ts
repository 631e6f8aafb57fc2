// A socket for this account alone: a line in, a line of JSON back.
import { once } from 'node:events';
import { chmodSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';

/** Whoever asks says so at once, in few words. */
const idleMs = 10_000;
const longestLine = 4096;

export async function serveLines(path: string, answer: (line: string) => Promise<unknown>): Promise<() => void> {
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(idleMs, () => socket.destroy());
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const end = text.indexOf('\n');
      if (text.length > longestLine) return void socket.destroy();
      if (end < 0) return;
      socket.setTimeout(0);
      const line = text.slice(0, end);
      text = '';
      answer(line).then(
        (said) => socket.end(`${JSON.stringify(said)}\n`),
        () => socket.destroy(),
      );
    });
  });
  const before = process.umask(0o177);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    rmSync(path, { force: true });
    server.listen(path);
    await once(server, 'listening');
    chmodSync(path, 0o600);
  } catch (error) {
    throw new Failure('environment', `cannot listen on ${path}: ${errorText(error)}`, { cause: error });
  } finally {
    process.umask(before);
  }
  server.on('error', () => undefined);
  return () => {
    server.close();
    for (const one of clients) one.destroy();
  };
}

/** Addresses of this machine, but those that only it has. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((ones = []) =>
    ones.flatMap(({ address, internal }) => (internal || address.startsWith('fe80:') ? [] : [address])),
  );
}

/** See ManagerTools. */
export function keepFile(path: string, text: string, changedAt?: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const beside = `${path}.new`;
  writeFileSync(beside, text, { mode: 0o600 });
  if (changedAt !== undefined) utimesSync(beside, changedAt / 1000, changedAt / 1000);
  renameSync(beside, path);
}
