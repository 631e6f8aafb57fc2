// What mysql2 needs to encrypt a connection.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SslOptions } from 'mysql2';
import type { SqlTarget } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';

/**
 * Read anew for each connection: certificates are renewed while the monitor runs.
 * @throws Failure `config` for a file that cannot be read or used
 */
export function encryption({ label, tls }: SqlTarget): SslOptions {
  const verify = tls?.mode === 'verify';
  const files: SslOptions = {
    ...(verify && tls.caFile !== undefined ? { ca: read(label, 'mysql_ca_file', tls.caFile) } : {}),
    ...(tls?.certFile === undefined ? {} : { cert: read(label, 'mysql_cert_file', tls.certFile) }),
    ...(tls?.keyFile === undefined ? {} : { key: read(label, 'mysql_key_file', tls.keyFile) }),
  };
  const { ca, cert, key } = files;
  try {
    // In the middle of a handshake nobody would catch it. Without files it would read all authorities of Node.js.
    if ([ca, cert, key].some((file) => file !== undefined)) createSecureContext({ ca, cert, key });
  } catch (error) {
    const names = [verify ? tls.caFile : undefined, tls?.certFile, tls?.keyFile].filter((name) => name !== undefined);
    throw new Failure('config', `${label}: ${names.join(', ')} cannot be used: ${errorText(error)}`, {
      hint: 'PEM files are needed, the key that of the certificate and without a passphrase',
      cause: error,
    });
  }
  return { ...files, rejectUnauthorized: verify, verifyIdentity: verify };
}

/**
 * A socket that knows which address it is for. Node compares the names of a certificate with that of the socket, and
 * for an address it has none: it would ask for a certificate of `localhost`.
 */
export function namedStream({ host, port }: SqlTarget): Socket {
  const socket = connect(port, host);
  socket.setNoDelay(true);
  socket.setKeepAlive(true);
  return Object.assign(socket, { _host: host });
}

function read(label: string, option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure('config', `${label}: ${option} cannot be read: ${errorText(error)}`, { cause: error });
  }
}
