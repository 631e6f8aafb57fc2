import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confOf, mhaCaller, mhaProgram } from '../../../../src/adapters/processes/mhaCaller.ts';

test('a program of MHA is known by the program, not by a word in its command line', () => {
  assert.equal(mhaProgram(['perl', '/usr/bin/masterha_manager', '--conf=/etc/mha/a.cnf']), 'masterha_manager');
  assert.equal(
    mhaProgram(['/usr/bin/perl5.36', '-w', '/opt/mha/bin/masterha_master_switch']),
    'masterha_master_switch',
  );
  assert.equal(mhaProgram(['/usr/bin/masterha_manager']), 'masterha_manager');
  assert.equal(mhaProgram(['vi', '/usr/bin/masterha_manager']), null);
  assert.equal(mhaProgram(['perl', '/home/masterha_manager/backup.pl', 'masterha_manager']), null);
  assert.equal(mhaProgram([]), null);
});

test('its application file, in every way that it takes', () => {
  for (const words of [['--conf=/a b.cnf'], ['--conf', '/a b.cnf'], ['-conf=/a b.cnf'], ['--con=/a b.cnf']]) {
    assert.equal(confOf(['perl', '/usr/bin/masterha_manager', ...words, '--wait_on_monitor_error=1']), '/a b.cnf');
  }
  assert.equal(confOf(['perl', '/usr/bin/masterha_manager', '--check_repl_delay=0']), null);
});

test('nobody called this test from MHA', () => {
  assert.equal(mhaCaller(process.ppid), null);
});
