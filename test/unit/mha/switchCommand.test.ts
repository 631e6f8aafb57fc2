import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApplicationConfig } from '../../../src/mha/applicationConfig.ts';
import { checkOnlyCommand, commandText, lastFailoverFiles, switchCommand } from '../../../src/mha/switchCommand.ts';

const text =
  '[server default]\nuser=u\npassword=p\nmanager_workdir=/var/log/mha/app1\n[server1]\nhostname=db10\n[server2]\n' +
  'hostname=db11\nport=3307\nip=192.0.2.11\n';
const app = readApplicationConfig({ path: '/etc/mha/app1.cnf', text });
const [db10, db11] = app.servers;
const request = { app, dead: null, to: null, ignoreLastFailover: false };

test('planned: MHA chooses, or a server with its port', () => {
  assert.deepEqual(switchCommand(request), [
    'masterha_master_switch',
    '--master_state=alive',
    '--conf=/etc/mha/app1.cnf',
    '--interactive=0',
    '--orig_master_is_new_slave',
  ]);
  assert.deepEqual(switchCommand({ ...request, to: db11 ?? null }), [
    'masterha_master_switch',
    '--master_state=alive',
    '--conf=/etc/mha/app1.cnf',
    '--interactive=0',
    '--new_master_host=db11',
    '--new_master_port=3307',
    '--orig_master_is_new_slave',
  ]);
});

test('dead: host and port, the address only where the file has it, and the last failover only when it was said', () => {
  assert.deepEqual(switchCommand({ ...request, dead: db10 }).slice(4), [
    '--dead_master_host=db10',
    '--dead_master_port=3306',
  ]);
  assert.deepEqual(switchCommand({ ...request, dead: db11 ?? null, to: db10, ignoreLastFailover: true }).slice(4), [
    '--new_master_host=db10',
    '--new_master_port=3306',
    '--dead_master_host=db11',
    '--dead_master_ip=192.0.2.11',
    '--dead_master_port=3307',
    '--ignore_last_failover',
  ]);
});

test('the rehearsal neither flushes tables nor runs CHANGE MASTER on the master', () => {
  const words = checkOnlyCommand({ ...request, to: db11 ?? null });
  assert.ok(words.includes('--check_only') && words.includes('--flush_tables=0'));
  assert.ok(!words.includes('--orig_master_is_new_slave'));
});

test('where MHA looks for its last failover, and a command as one types it', () => {
  assert.deepEqual(lastFailoverFiles(app), {
    error: '/var/log/mha/app1/app1.failover.error',
    complete: '/var/log/mha/app1/app1.failover.complete',
  });
  assert.equal(commandText(['a', "it's", '$x y', '--conf=/a-b_c.cnf']), "a 'it'\\''s' '$x y' --conf=/a-b_c.cnf");
});
