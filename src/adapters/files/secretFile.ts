import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The only line of a file. A name without a slash is a systemd credential (systemd.exec(5), LoadCredential).
 * @throws Error whose text says what is wrong, and never what the file holds
 */
export function readSecretFile(name: string, credentials = process.env['CREDENTIALS_DIRECTORY']): string {
  if (!name.includes('/') && !credentials) {
    throw new Error(
      `${name} is a systemd credential, and this program was not started by a unit with ` +
        `LoadCredential=${name}:... (CREDENTIALS_DIRECTORY is not set)`,
    );
  }
  const path = name.includes('/') ? name : join(credentials ?? '', name);
  const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  if (secret === '' || /[\u0000-\u001f]/.test(secret)) throw new Error(`${path} must hold one line, and nothing else`);
  return secret;
}
