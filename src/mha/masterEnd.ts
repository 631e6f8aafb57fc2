import type { ApplicationServer } from './applicationConfig.ts';
import type { MasterEnd } from './request.ts';

/**
 * A server of MHA's application file as MHA would pass it to a hook, but for the address: names are resolved when
 * connecting.
 */
export function endOf(server: ApplicationServer): MasterEnd {
  const { hostname, port, user, password, sshHost, sshPort, sshUser } = server;
  return {
    host: hostname,
    ip: server.ip ?? hostname,
    port,
    user,
    password,
    sshPort,
    ...(sshUser === undefined ? {} : { sshUser }),
    ...(sshHost === undefined || sshHost === hostname ? {} : { sshHost, sshIp: sshHost }),
  };
}
