import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialectOf } from '../../../src/mysql/dialect.ts';
import { changeSource, settingsOf } from '../../../src/mysql/sourceSettings.ts';

const source = { host: '10.0.0.11', port: 3306, user: 'replicator', password: 'secret' };

test('MariaDB: TLS and times as the other replica has them', () => {
  const { follows, options } = settingsOf({
    Master_Host: '10.0.0.11',
    Connect_Retry: 10,
    Master_SSL_Allowed: 'Yes',
    Master_SSL_CA_File: '/etc/ca.pem',
    Master_SSL_Cert: '',
    Master_SSL_Verify_Server_Cert: 'No',
    Using_Gtid: 'Slave_Pos',
  });
  assert.equal(follows, 'slave_pos');
  const { sql, values } = changeSource(dialectOf('10.11.6-MariaDB'), source, { kind: 'slave_pos' }, options);
  assert.equal(
    sql,
    'CHANGE MASTER TO MASTER_HOST = ?, MASTER_PORT = ?, MASTER_USER = ?, MASTER_PASSWORD = ?, MASTER_SSL_CA = ?, ' +
      'MASTER_SSL = ?, MASTER_SSL_VERIFY_SERVER_CERT = ?, MASTER_CONNECT_RETRY = ?, MASTER_USE_GTID = slave_pos',
  );
  assert.deepEqual(values, ['10.0.0.11', 3306, 'replicator', 'secret', '/etc/ca.pem', 1, 0, 10]);
});

test('MySQL 9.7: in its own words, and the public key as the other replica asks for it', () => {
  const { follows, options } = settingsOf({
    Connect_Retry: 1,
    Source_Retry_Count: 10,
    Source_SSL_Allowed: 'No',
    Source_TLS_Version: 'TLSv1.3',
    Get_Source_public_key: 1,
    Source_public_key_path: '',
    Auto_Position: 1,
  });
  assert.equal(follows, 'auto-position');
  const { sql, values } = changeSource(dialectOf('9.7.0'), source, { kind: 'auto-position' }, options);
  assert.equal(
    sql,
    'CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?, SOURCE_PORT = ?, SOURCE_USER = ?, SOURCE_PASSWORD = ?, ' +
      'SOURCE_TLS_VERSION = ?, SOURCE_SSL = ?, GET_SOURCE_PUBLIC_KEY = ?, SOURCE_CONNECT_RETRY = ?, ' +
      'SOURCE_RETRY_COUNT = ?, SOURCE_AUTO_POSITION = ?',
  );
  assert.deepEqual(values.slice(4), ['TLSv1.3', 0, 1, 1, 10, 1]);
});

test('by file and position: GTID is switched off where it was on', () => {
  const begin = { kind: 'file', file: 'bin.000002', position: 99 } as const;
  assert.equal(settingsOf({ Using_Gtid: 'No', Auto_Position: 0 }).follows, 'file');
  const maria = changeSource(dialectOf('10.11.6-MariaDB'), source, begin, new Map());
  assert.match(maria.sql, /MASTER_LOG_FILE = \?, MASTER_LOG_POS = \?, MASTER_USE_GTID = no$/);
  const mysql = changeSource(dialectOf('5.7.44'), source, begin, new Map());
  assert.match(mysql.sql, /^CHANGE MASTER TO .*MASTER_LOG_POS = \?, MASTER_AUTO_POSITION = \?$/);
  assert.deepEqual(mysql.values.slice(4), ['bin.000002', 99, 0]);
});
