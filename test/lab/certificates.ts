// A certificate authority with a certificate for servers and one for clients, made by openssl. Each call makes another
// authority.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts. */
export interface Certificates {
  readonly ca: string;
  readonly server: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
}

const keyOptions = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** @param names of the servers, as subjectAltName has them: `IP:10.0.0.1,DNS:db10` */
export function makeCertificates(names: string): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-ca-'));
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore', cwd: directory });
  };
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  const signed = (name: string, extension: string): { certificate: string; key: string } => {
    writeFileSync(join(directory, 'extension'), `subjectAltName=${extension}\n`);
    openssl('req', '-new', ...keyOptions, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...authority, '-extfile', 'extension', '-out', `${name}.pem`);
    return { certificate: read(`${name}.pem`), key: read(`${name}.key`) };
  };
  try {
    openssl('req', '-x509', ...keyOptions, '-subj', '/CN=ca', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem');
    return { ca: read('ca.pem'), server: signed('server', names), client: signed('mha', 'DNS:mha') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
