// What a connection to one end of a switch is made with. The same text names a connection that was opened in advance.
import { mysqlTls } from '../../config/mysqlTls.ts';
import type { HostSettings } from '../../config/options.ts';
import type { ShellTarget, SqlTarget } from '../../context/Context.ts';
import type { HostEnd, MasterEnd } from '../../mha/request.ts';

export function shellTarget(end: HostEnd, sshOptions?: string): ShellTarget {
  return {
    label: end.host,
    host: end.sshHost ?? end.host,
    ip: end.sshIp ?? end.ip,
    ...(end.sshPort === undefined ? {} : { port: end.sshPort }),
    ...(end.sshUser === undefined ? {} : { user: end.sshUser }),
    ...(sshOptions === undefined ? {} : { sshOptions }),
  };
}

export function sqlTarget(
  { host, ip, port, user, password }: MasterEnd,
  { options }: Pick<HostSettings, 'options'>,
): SqlTarget {
  const tls = mysqlTls(options);
  return { label: host, host: ip, port, user, password, ...(tls === undefined ? {} : { tls }) };
}
