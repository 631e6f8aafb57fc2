import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mysqlTls } from '../../../src/config/mysqlTls.ts';
import { filesWithSecrets } from '../../../src/config/secretFiles.ts';
import { readCluster } from '../../../src/config/validate.ts';

const read = (lines: string): ReturnType<typeof readCluster> => readCluster('/f.conf', `[default]\n${lines}\n[db10]\n`);
const tls = (lines: string): unknown => {
  const [host] = read(lines).cluster?.hosts ?? [];
  return mysqlTls((host ?? assert.fail('no host')).options);
};
const texts = (lines: string): readonly string[] => read(lines).problems.map(({ text }) => text);

test('without any of the options nothing is said of encryption', () => {
  assert.equal(tls(''), undefined);
  assert.deepEqual(tls('mysql_cert_file = /c\nmysql_key_file = /k'), {
    mode: 'opportunistic',
    certFile: '/c',
    keyFile: '/k',
  });
  assert.deepEqual(tls('mysql_tls = verify\nmysql_ca_file = /ca'), { mode: 'verify', caFile: '/ca' });
});

test('what belongs together is missed, and an authority that nobody would ask is refused', () => {
  assert.deepEqual(texts('mysql_tls = verify'), ['mysql_tls = verify needs mysql_ca_file, which is not set for db10']);
  assert.deepEqual(texts('mysql_cert_file = /c'), [
    'mysql_cert_file = /c needs mysql_key_file, which is not set for db10',
  ]);
  assert.deepEqual(texts('mysql_key_file = /k'), [
    'mysql_key_file = /k needs mysql_cert_file, which is not set for db10',
  ]);
  assert.deepEqual(texts('mysql_ca_file = /ca\nmysql_tls = require'), [
    'mysql_ca_file is only used with mysql_tls = verify: set that too',
  ]);
});

test('the key is a secret', () => {
  const hosts = read('mysql_cert_file = /c\nmysql_key_file = /k').cluster?.hosts ?? [];
  assert.deepEqual(filesWithSecrets(hosts), ['/k']);
});
