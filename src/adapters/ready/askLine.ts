// One line to a socket of this host, and the line that it is answered with.
import { createConnection } from 'node:net';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';

/** @throws Failure `environment` when nobody listens, or says nothing whole; `deadline` */
export function askLine(path: string, line: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Failure('deadline', `no answer on ${path} within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    const fail = (cause: unknown): void => {
      clearTimeout(timer);
      reject(new Failure('environment', `${path}: ${errorText(cause)}`, { cause }));
    };
    let said = '';
    socket.setEncoding('utf8');
    socket.on('error', fail);
    socket.on('data', (part: string) => {
      said += part;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      if (said.endsWith('\n')) resolve(said.trimEnd());
      else fail(new Error('it was closed without an answer'));
    });
    socket.write(`${line}\n`);
  });
}
