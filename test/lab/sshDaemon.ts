// sshd of a host: the port of the example and the usual one, keys only.
import { untilListening, writeCommand } from './hostFiles.ts';
import { SSH_PORT } from './hosts.ts';

const CONFIGURATION = '/etc/ssh/lab_sshd_config';

export function sshdFiles(host: string): string[] {
  const content = [
    'Port 22',
    `Port ${SSH_PORT}`,
    'HostKey /etc/ssh/lab_host_key',
    'PidFile /run/sshd.pid',
    'UsePAM no',
    'UseDNS no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 100',
    'Subsystem sftp internal-sftp',
  ].join('\n');
  return [
    `cp /run/lab/ssh/host_${host} /etc/ssh/lab_host_key`,
    'chmod 600 /etc/ssh/lab_host_key',
    writeCommand({ path: CONFIGURATION, content }),
  ];
}

/** Run by its absolute path: sshd starts itself again for each connection. */
export const START_SSHD = [
  'rm -f /run/sshd.pid',
  `/usr/sbin/sshd -f ${CONFIGURATION} -E /var/log/sshd.log`,
  untilListening(SSH_PORT),
];
