import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArmedCommands } from '../../../src/vip/ArmedCommands.ts';
import { FakeClock } from '../../doubles/clock.ts';

function commands(canArm = true) {
  const said: string[] = [];
  const answer = (text: string) => {
    said.push(text);
    return Promise.resolve({ code: 0, stdout: '', stderr: '' });
  };
  const clock = new FakeClock();
  const run = ([program = '']: readonly string[], limitMs: number) => answer(`run ${program} ${limitMs}`);
  const arm = ([program = '']: readonly string[]) => {
    return () => answer(`word ${program}`);
  };
  return { said, clock, armed: new ArmedCommands(canArm ? { run, arm } : { run }, clock) };
}

test('one that is armed gets its word once, and nobody asks how long it may take', async () => {
  const { said, armed } = commands();
  armed.arm(['look'], 1);
  await armed.run(['other'], () => 5);
  await armed.run(['look'], () => assert.fail('asked'));
  await armed.run(['look'], () => 6);
  assert.deepEqual(said, ['run other 5', 'word look', 'run look 6']);
});

test('one that has waited long is not relied on; each has its own time', async () => {
  const { said, clock, armed } = commands();
  armed.arm(['old'], 1);
  await clock.sleep(9_999);
  armed.arm(['young'], 1);
  await clock.sleep(1);
  await armed.run(['old'], () => 5);
  await armed.run(['young'], () => 5);
  assert.deepEqual(said, ['run old 5', 'word young']);
});

test('a shell that can begin nothing runs it', async () => {
  const { said, armed } = commands(false);
  armed.arm(['look'], 1);
  await armed.run(['look'], () => 5);
  assert.deepEqual(said, ['run look 5']);
});

test('it says whether only the word is left to say', async () => {
  const { clock, armed } = commands();
  assert.equal(armed.isReady(['look']), false);
  armed.arm(['look'], 1);
  assert.equal(armed.isReady(['look']), true);
  await clock.sleep(10_000);
  assert.equal(armed.isReady(['look']), false);
});
