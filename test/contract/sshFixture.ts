// A real sshd on loopback for the tests of the SSH adapter, and connections to it that know nothing of this machine's
// own configuration.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { connectSsh } from '../../src/adapters/ssh/connect.ts';
import type { Shell, ShellTarget } from '../../src/context/Context.ts';
import { Failure, type FailureKind } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { SshPlace, type SshServer } from './sshServer.ts';

export const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'] };
export const place = new SshPlace();
/** Started before the tests of the file that imports this. */
export let server: SshServer;

before(async () => (server = await place.server()));
after(async () => {
  await server.stop();
  place.remove();
});

let files = 0;
/** The options of a connection: these known hosts, this key, nothing of this machine's own configuration. */
export function target(
  port: number,
  settings: { known?: string; key?: string; options?: string; host?: string; ip?: string } = {},
): ShellTarget {
  const known = place.file(`known_${++files}`, settings.known ?? place.knownHosts(port));
  return {
    label: 'db10',
    host: settings.host ?? '127.0.0.1',
    ...(settings.ip === undefined ? {} : { ip: settings.ip }),
    port,
    user: 'root',
    sshOptions:
      `-F none -o UserKnownHostsFile=${known} -o GlobalKnownHostsFile=none -i ` +
      `${settings.key ?? place.path('id')} ${settings.options ?? ''}`,
  };
}

export const knownFile = (of: ShellTarget) => /UserKnownHostsFile=(\S+)/.exec(of.sshOptions ?? '')?.[1] ?? '';

export async function withShell<T>(of: ShellTarget, use: (shell: Shell) => Promise<T>, environment = env): Promise<T> {
  const shell = await connectSsh(of, 5000, { env: environment });
  try {
    return await use(shell);
  } finally {
    await shell.close();
  }
}

/** Expects a failure and returns the line a person would read. */
export async function failure(kind: FailureKind, promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error instanceof Error ? error.stack : error));
  assert.equal(error.kind, kind, error.message);
  return errorLine(error);
}

export const refused = (of: ShellTarget, environment = env) =>
  failure(
    'ssh',
    withShell(of, (shell) => shell.run(['true'], 2000), environment),
  );
export const whoAmI = (of: ShellTarget, environment = env) =>
  withShell(of, async (shell) => (await shell.run(['id', '-un'], 3000)).stdout, environment);
