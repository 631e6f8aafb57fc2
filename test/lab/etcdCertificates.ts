// Certificates for etcd and its clients, of an authority of our own, and some that must be refused.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Paths of files (PEM). */
export interface Certificates {
  readonly ca: string;
  readonly otherCa: string;
  /** For 127.0.0.1, localhost, and the addresses that were asked for. */
  readonly server: Certificate;
  /** Clients whose CN names the account. */
  readonly root: Certificate;
  readonly mgr1: Certificate;
  readonly withoutCn: Certificate;
  readonly expired: Certificate;
  /** Of the other authority. */
  readonly stranger: Certificate;
}

/** @param addresses of the servers besides */
export function makeCertificates(directory: string, addresses: readonly string[] = []): Certificates {
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const path = (name: string): Certificate => ({
    cert: join(directory, `${name}.crt`),
    key: join(directory, `${name}.key`),
  });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = (name: string): string => {
    const { cert, key } = path(name);
    openssl('req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert);
    return cert;
  };
  const signed = (name: string, subject: string, by = 'ca', dates: readonly string[] = ['-days', '2']): Certificate => {
    const { cert, key } = path(name);
    const [request, extensions] = [join(directory, `${name}.csr`), join(directory, `${name}.ext`)];
    const names = ['127.0.0.1', ...addresses].map((address) => `IP:${address}`);
    writeFileSync(extensions, name === 'server' ? `subjectAltName=${names.join(',')},DNS:localhost\n` : '\n');
    openssl('req', '-new', ...newKey, '-subj', subject, '-keyout', key, '-out', request);
    const { cert: caCert, key: caKey } = path(by);
    const authorityFiles = ['-CA', caCert, '-CAkey', caKey, '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, ...authorityFiles, ...dates, '-extfile', extensions, '-out', cert);
    return { cert, key };
  };
  return {
    ca: authority('ca'),
    otherCa: authority('otherCa'),
    server: signed('server', '/CN=etcd'),
    root: signed('root', '/CN=root'),
    mgr1: signed('mgr1', '/CN=mgr1'),
    withoutCn: signed('withoutCn', '/O=managers'),
    expired: signed('expired', '/CN=mgr1', 'ca', ['-days', '-1']),
    stranger: signed('stranger', '/CN=mgr1', 'otherCa'),
  };
}
