// etcd1, etcd2 and etcd3: three members of a real etcd on hosts of their own, with certificates on both sides (clients
// and members) and accounts, as a site has it. They are there where a lab has several managers.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ETCD_ACCOUNTS, ETCD_PREFIX, etcdObstacle } from './etcd.ts';
import { makeCertificates, type Certificate } from './etcdCertificates.ts';
import { type CommandOutcome, runIn } from './hostCommand.ts';
import { script, writeCommand } from './hostFiles.ts';
import type { Holder } from './holder.ts';
import { ETCD_NAMES, type EtcdName, HOSTS, type HostName, isEtcdName, isManagerName } from './hosts.ts';
import { serviceDirectory } from './serviceRoot.ts';

/** Certificates of a host, and none of those that another kind of host has. */
export const ETCD_FILES = '/etc/etcd-lab';
const data = '/run/etcd-lab';
const programs = `${serviceDirectory('etcd')}/usr/bin`;
const urls = ETCD_NAMES.map((name) => `https://${HOSTS[name].ipv4}:2379`);
const peerOf = (name: EtcdName): string => `https://${HOSTS[name].ipv4}:2380`;

/** For `[default]` of the helper's file; nothing where there is one manager. */
export function haOptions(hosts: readonly HostName[]): Readonly<Record<string, string>> {
  if (!hosts.some(isEtcdName)) return {};
  return {
    ha_endpoints: urls.join(', '),
    ha_ca_file: `${ETCD_FILES}/ca.pem`,
    ha_cert_file: `${ETCD_FILES}/manager.pem`,
    ha_key_file: `${ETCD_FILES}/manager.key`,
  };
}

/** Makes certificates where the lab has etcd. @returns the shell lines for each host @throws Error without etcd */
export function etcdFiles(hosts: readonly HostName[]): (host: HostName) => readonly string[] {
  if (!hosts.some(isEtcdName)) return () => [];
  const missing = etcdObstacle();
  if (missing !== undefined) throw new Error(`lab: ${missing}`);
  const directory = mkdtempSync(join(tmpdir(), 'mha-lab-etcd-'));
  try {
    const made = makeCertificates(
      directory,
      ETCD_NAMES.map((name) => HOSTS[name].ipv4),
    );
    const put = (path: string, name: string): string =>
      writeCommand({ path: `${ETCD_FILES}/${name}`, content: readFileSync(path, 'utf8'), mode: '600' });
    const pair = (name: string, { cert, key }: Certificate): string[] => [
      put(cert, `${name}.pem`),
      put(key, `${name}.key`),
    ];
    const ca = put(made.ca, 'ca.pem');
    const ofEtcd = [ca, ...pair('server', made.server), ...pair('root', made.root)];
    // The bad ones are for those who want to see them refused.
    const bad = { expired: made.expired, stranger: made.stranger, withoutCn: made.withoutCn };
    const ofManagers = [ca, ...pair('manager', made.mgr1), ...Object.entries(bad).flatMap((one) => pair(...one))];
    return (host) => {
      if (isEtcdName(host)) return ofEtcd;
      return isManagerName(host) ? ofManagers : [];
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Shell lines for that host. @param state `new`: without any data; `existing`: with those that are there */
export function startEtcdMember(name: EtcdName, state: 'new' | 'existing'): string[] {
  const client = `https://${HOSTS[name].ipv4}:2379`;
  const members = ETCD_NAMES.map((one) => `${one}=${peerOf(one)}`).join(',');
  const argv = [
    `${programs}/etcd`,
    `--name=${name}`,
    `--data-dir=${data}/${name}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peerOf(name)}`,
    `--initial-advertise-peer-urls=${peerOf(name)}`,
    `--initial-cluster=${members}`,
    ...['', 'peer-'].flatMap((side) => [
      `--${side}cert-file=${ETCD_FILES}/server.pem`,
      `--${side}key-file=${ETCD_FILES}/server.key`,
      `--${side}trusted-ca-file=${ETCD_FILES}/ca.pem`,
      `--${side}client-cert-auth`,
    ]),
    // Of this host alone, and without a certificate.
    '--listen-metrics-urls=http://127.0.0.1:2381',
    '--logger=zap',
    '--log-level=error',
  ];
  return [
    ...(state === 'new' ? [`rm -rf ${data}`] : []),
    `mkdir -p ${data}`,
    // 3.4 starts on arm64 only when it is told that this is meant.
    `ETCD_UNSUPPORTED_ARCH=arm64 setsid ${argv.join(' ')} </dev/null >>${data}/log 2>&1 &`,
  ];
}

/** Waits for all members, then makes accounts: that of the managers' certificate, and one that logs in. */
export async function makeEtcdAccounts({ hosts, hostInits }: Holder): Promise<void> {
  if (!hosts.some(isEtcdName)) return;
  const { byCertificate, byPassword } = ETCD_ACCOUNTS;
  const commands = [
    'role add mha',
    `role grant-permission mha --prefix=true readwrite ${ETCD_PREFIX}`,
    'user add root --no-password',
    'user grant-role root root',
    `user add ${byCertificate} --no-password`,
    `user grant-role ${byCertificate} mha`,
    `user add '${byPassword.user}:${byPassword.password}'`,
    `user grant-role ${byPassword.user} mha`,
    'auth enable',
  ];
  const settings = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`);
  const healthy = `${programs}/etcdctl endpoint health >/dev/null 2>&1`;
  await script(hostInits.etcd1, [
    ...settings,
    `tries=0; until ${healthy}; do tries=$((tries + 1)); test "$tries" -lt 60 || { cat ${data}/log >&2; exit 1; }; ` +
      'sleep 0.2; done',
    ...commands.map((command) => `${programs}/etcdctl ${command} >/dev/null`),
  ]);
}

const environment = {
  ETCDCTL_API: '3',
  ETCDCTL_ENDPOINTS: urls.join(','),
  ETCDCTL_CACERT: `${ETCD_FILES}/ca.pem`,
  ETCDCTL_CERT: `${ETCD_FILES}/root.pem`,
  ETCDCTL_KEY: `${ETCD_FILES}/root.key`,
};

/** As root of the accounts, from one of its hosts. */
export function etcdctl(holder: Holder, args: readonly string[], from: EtcdName = 'etcd1'): Promise<CommandOutcome> {
  return runIn(holder.hostInits[from], [`${programs}/etcdctl`, ...args], { env: environment });
}
