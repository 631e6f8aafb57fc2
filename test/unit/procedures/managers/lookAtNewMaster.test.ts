import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlConnection, SqlRow } from '../../../../src/context/Context.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import type { FailoverRecord } from '../../../../src/procedures/managers/failoverRecord.ts';
import { lookAtNewMaster, NewMasterLooks } from '../../../../src/procedures/managers/lookAtNewMaster.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { app } from '../switch/switchCases.ts';

const record: FailoverRecord = {
  id: '4-x',
  epoch: 4,
  by: 'mgr1',
  from: 'db10',
  to: 'db11',
  phase: 'opening',
  at: '2026-11-27T00:00:00.000Z',
  position: 'bin.000003:4711',
};
const configuration = '[default]\nvip_type = none\n[db10]\n[db11]\n[db12]\n';

interface Servers {
  /** Null: db11 does not answer. */
  readonly readOnly?: boolean | null;
  /** How db12 follows. */
  readonly gtid?: 'No' | 'Slave_Pos';
}

/** db10 is dead, db12 follows it still. */
function cluster({ readOnly = false, gtid = 'No' }: Servers) {
  let asked = 0;
  const status: SqlRow = {
    Master_Host: 'db10',
    Master_Port: 3306,
    Slave_IO_Running: 'Connecting',
    Slave_SQL_Running: 'Yes',
    Using_Gtid: gtid,
  };
  const server = (name: string): SqlConnection => ({
    threadId: 1,
    close: () => Promise.resolve(),
    query(sql) {
      if (sql.includes('VERSION()')) return Promise.resolve([{ version: '10.11.6-MariaDB' }]);
      if (sql.includes('@@global.read_only'))
        return Promise.resolve([{ ro: name === 'db11' && readOnly === false ? 0 : 1 }]);
      return Promise.resolve(sql.startsWith('SHOW SLAVE STATUS') && name === 'db12' ? [status] : []);
    },
  });
  const tools = fakeTools(configuration, {
    mysql({ label }) {
      if (label === 'db11') asked += 1;
      return label === 'db10' || (label === 'db11' && readOnly === null)
        ? Promise.reject(new Failure('mysql', `${label}: no answer`))
        : Promise.resolve(server(label));
    },
  });
  return { tools, asked: () => asked };
}

test('whether the new master is open is asked; one that does not answer is not known', async () => {
  const look = async (readOnly: boolean | null) =>
    (await lookAtNewMaster(record, app, cluster({ readOnly }).tools)).look;
  assert.deepEqual(await look(false), { isReadOnly: false, hasAddress: false });
  assert.deepEqual(await look(true), { isReadOnly: true, hasAddress: false });
  assert.ok(isUnknown((await look(null)).isReadOnly));
  const elsewhere = await lookAtNewMaster({ ...record, to: 'db99' }, app, cluster({}).tools);
  assert.ok(isUnknown(elsewhere.look.isReadOnly));
});

test('each replica that does not follow the new master is told how: by position only from a known one', async () => {
  const replicas = async (servers: Servers, position: string | null = record.position) =>
    (await lookAtNewMaster({ ...record, position }, app, cluster(servers).tools)).replicas;
  const [byFile = '', ...more] = await replicas({});
  assert.deepEqual(more, [], 'neither the dead master nor the new one');
  assert.match(
    byFile,
    /^db12, if it has all that db11 had then: CHANGE MASTER TO MASTER_HOST *= *'db11'.*'bin\.000003'.*4711/,
  );
  assert.match(
    (await replicas({}, null))[0] ?? '',
    /^db12: where db11 was when it was opened is not known: rebuild it$/,
  );
  assert.match(
    (await replicas({ gtid: 'Slave_Pos' }, null))[0] ?? '',
    /^db12: CHANGE MASTER TO .*MASTER_USE_GTID *= *slave_pos/i,
  );
});

test('a look counts for a while; another phase is looked at anew', async () => {
  const { tools, asked } = cluster({});
  const looks = new NewMasterLooks();
  await looks.at(record, app, tools);
  const first = asked();
  await looks.at(record, app, tools);
  assert.equal(asked(), first);
  await looks.at({ ...record, phase: 'open' }, app, tools);
  assert.ok(asked() > first);
  const second = asked();
  await tools.clock.sleep(20_001);
  await looks.at({ ...record, phase: 'open' }, app, tools);
  assert.ok(asked() > second);
});
