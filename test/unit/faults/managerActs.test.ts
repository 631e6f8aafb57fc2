import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actsOutOfTurn, reigns, type Act } from '../../faults/managerActs.ts';

const fence = "SELECT IS_USED_LOCK('MHA_Master_High_Availability_Failover') AS lock0";
let at = 0;
const act = (server: string, manager: Act['manager'], text: string): Act => ({ server, at: ++at, manager, text });

test('what a manager asks of a server that another one has fenced since is out of turn', () => {
  const late = act('db11', 'mgr', 'STOP SLAVE IO_THREAD');
  const all = [
    act('db11', 'mgr', fence),
    act('db11', 'mgr', 'SELECT 1 As Value'),
    act('db11', 'mgr2', fence),
    act('db12', 'mgr', 'SELECT 1 As Value'),
    { ...late, at: ++at },
    act('db11', 'mgr2', 'SELECT 1 As Value'),
  ];
  assert.deepEqual(
    actsOutOfTurn(all).map(({ server, manager, text }) => `${server} ${manager} ${text}`),
    ['db11 mgr STOP SLAVE IO_THREAD'],
  );
  assert.deepEqual(
    reigns(all).map(({ manager }) => manager),
    ['mgr', 'mgr2'],
  );
});

test('one that stands by may look, and nothing else', () => {
  const all = [
    act('db10', 'mgr', fence),
    act('db10', 'mgr2', 'mha_helper@192.168.10.102 on  using TCP/IP'),
    act('db10', 'mgr2', 'SELECT 1'),
    act('db10', 'mgr2', 'SHOW SLAVE STATUS'),
    act('db10', 'mgr2', 'SELECT 1 As Value'),
    act('db10', 'mgr2', "SELECT GET_LOCK('MHA_Master_High_Availability_Monitor', '0')"),
    act('db10', 'mgr2', 'STOP SLAVE'),
  ];
  assert.deepEqual(
    actsOutOfTurn(all).map(({ text }) => text),
    ['SELECT 1 As Value', "SELECT GET_LOCK('MHA_Master_High_Availability_Monitor', '0')", 'STOP SLAVE'],
  );
});

test('before anybody has fenced a server nobody is out of turn', () => {
  assert.deepEqual(actsOutOfTurn([act('db10', 'mgr2', 'SET GLOBAL read_only=1')]), []);
  assert.deepEqual(reigns([]), []);
});
