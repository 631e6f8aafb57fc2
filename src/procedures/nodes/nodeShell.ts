// A shell on a host where MHA runs programs of its own, as MHA would log in there.
import type { Shell, Tools } from '../../context/Context.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';

/** @param sshOptions of the application file. @throws Failure */
export function openNodeShell(
  { hostname, ip, sshHost, sshPort, sshUser }: ApplicationServer,
  sshOptions: string | undefined,
  tools: Tools,
  timeoutMs: number,
): Promise<Shell> {
  return tools.connect.ssh(
    {
      label: hostname,
      host: sshHost ?? hostname,
      port: sshPort,
      ...(ip === undefined || sshHost !== undefined ? {} : { ip }),
      ...(sshUser === undefined ? {} : { user: sshUser }),
      ...(sshOptions === undefined ? {} : { sshOptions }),
    },
    timeoutMs,
  );
}
