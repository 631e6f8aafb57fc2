import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  secondaryCheckCommand,
  secondaryLines,
  throughServers,
} from '../../../../src/procedures/check/checkSecondary.ts';
import { app, db10 } from '../switch/switchCases.ts';

const said = (...lines: readonly string[]): string => lines.map((line) => `mha-helper compat: ${line}\n`).join('');
const told = (code: number, text: string): readonly string[] =>
  secondaryLines(code, text).map((line) => `${line.severity}: ${line.text}`);

test('each host must reach the master that lives', () => {
  const good = 'db11: the master db10:3306 answers there: 192.168.10.10';
  assert.deepEqual(told(3, said(good)), ['ok: masterha_secondary_check: the master answers on db11']);
  assert.deepEqual(
    told(3, said(good, 'db12: the master db10:3306 does not answer there: 192.168.10.10: Connection refused')),
    ['error: masterha_secondary_check on db12: does not answer there: 192.168.10.10: Connection refused'],
  );
  assert.deepEqual(told(3, said(good, 'db12: whether the master db10:3306 answers there is not known: ssh: no')), [
    'error: masterha_secondary_check on db12: answers there is not known: ssh: no',
  ]);
});

test('no host, and a program that is another', () => {
  assert.deepEqual(told(2, said('nobody has looked: masterha_secondary_check was given no host with -s')), [
    'error: masterha_secondary_check (exit 2): mha-helper compat: nobody has looked: masterha_secondary_check was ' +
      'given no host with -s',
  ]);
});

test('the master is not asked about itself, nor one that may become it', () => {
  const lines = (words: string): readonly string[] =>
    throughServers(`/usr/bin/masterha_secondary_check ${words}`, db10, app).map(
      ({ severity, text }) => `${severity}: ${text.slice(0, 44)}`,
    );
  assert.deepEqual(lines('-s far1 -s db12 --timeout=3'), []);
  assert.deepEqual(lines('-s far1 -s DB10'), ['error: masterha_secondary_check asks db10, the mast']);
  assert.deepEqual(lines('--secondary_host=db11'), ['warning: masterha_secondary_check asks db11: made the']);
});

test("MHA's command line, with the account only where something logs in", () => {
  const server = { ...db10, sshUser: 'mha', password: 'secret' };
  const line = (one: typeof server): string =>
    secondaryCheckCommand('masterha_secondary_check -s db11', one, '10.0.0.1', undefined).join(' ');
  assert.equal(
    line(server),
    'sh -c masterha_secondary_check -s db11 "$@" masterha_secondary_check --user=mha --master_host=db10 ' +
      '--master_ip=10.0.0.1 --master_port=3306 --ping_type=SELECT',
  );
  assert.match(line({ ...server, pingType: 'INSERT' }), /--master_user=u --ping_type=INSERT$/);
  const { sshUser: _, ...own } = server;
  assert.match(secondaryCheckCommand('check', own, '::1', '-o A=b').join(' '), /check --user="\$\(id -un\)" .*-o A=b$/);
});
