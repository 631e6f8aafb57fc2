import { Failure } from '../errors/errors.ts';
import type { ApplicationConfig, ApplicationServer } from './applicationConfig.ts';

/**
 * The server that an operator means.
 * @param text HOST or HOST:PORT.
 * @param where the option that it was given with; may be empty.
 * @throws Failure `usage`
 */
export function namedServer(app: ApplicationConfig, where: string, text: string): ApplicationServer {
  const [, host = text, port] = /^(.+?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const exact = app.servers.filter(({ hostname }) => hostname === text);
  const found =
    exact.length > 0
      ? exact
      : app.servers.filter(
          (server) => server.hostname === host && (port === undefined || server.port === Number(port)),
        );
  const names = app.servers.map(({ hostname }) => hostname).join(', ');
  const said = where === '' ? text : `${where} ${text}`;
  const [first] = found;
  if (first === undefined)
    throw new Failure('usage', `${said}: ${app.file} has no such server`, {
      hint: `it has ${names}; write the host as its hostname there`,
    });
  if (found.length > 1)
    throw new Failure('usage', `${said}: ${app.file} has ${found.length} servers on that host`, {
      hint: 'give the port too: ' + found.map((server) => `${server.hostname}:${server.port}`).join(' or '),
    });
  return first;
}
