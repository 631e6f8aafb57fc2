import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { describe, it } from 'node:test';
import { readSshConfig } from '../../../../src/adapters/ssh/clientConfig.ts';
import { configFileOption, resolveArguments, sshOptionWords } from '../../../../src/adapters/ssh/options.ts';

const target = { label: 'db10', host: 'DB10', ip: '10.0.0.10' };
const read = (lines: string, env: NodeJS.ProcessEnv = {}, configFile: string[] = []) =>
  readSshConfig(lines, target, configFile, env);

describe('ssh options from MHA', () => {
  it('splits at white space and drops quotes', () => {
    assert.deepEqual(sshOptionWords('db10', ` -o 'A=1'\t-i "/k" -oB=2 -4q `), [
      '-o',
      'A=1',
      '-i',
      '/k',
      '-oB=2',
      '-4q',
    ]);
    assert.deepEqual(sshOptionWords('db10', undefined), []);
  });

  it('refuses a stray word, an option without its value, and what would not connect', () => {
    for (const text of ['host2', '-o', '-i k host2', '-Q cipher', '-O exit', '-W a:1', '-']) {
      assert.throws(() => sshOptionWords('db10', text), { kind: 'ssh' }, text);
    }
  });

  it('puts the options before port and user, as MHA does, and the host after --', () => {
    assert.deepEqual(resolveArguments({ ...target, port: 23, user: 'mha' }, ['-p', '22']), [
      'ssh',
      '-G',
      '-p',
      '22',
      '-p',
      '23',
      '-l',
      'mha',
      '--',
      'DB10',
    ]);
    assert.throws(() => resolveArguments({ label: 'x', host: '-oProxyCommand=id' }, []), { kind: 'ssh' });
  });

  it('finds -F, not a value that looks like it', () => {
    assert.deepEqual(configFileOption(['-o', '-F', '-4', '-F', '/c']), ['-F', '/c']);
    assert.deepEqual(configFileOption(['-F/c']), ['-F', '/c']);
    assert.deepEqual(configFileOption(['-4']), []);
  });
});

describe('the answer of ssh -G', () => {
  it('uses the address of MHA only while the name is the same', () => {
    assert.equal(read('hostname db10\nport 22\n').ip, '10.0.0.10');
    assert.equal(read('hostname db10.example.com\nport 22\n').ip, undefined);
  });

  it('expands home, variables and tokens in file names', () => {
    const config = read(
      'hostname h\nuser mha\nport 23\nidentityfile ~/.ssh/%r@%h-%p%%\nidentityfile ${KEYS}/k\nidentityfile none\n',
      { KEYS: '/keys' },
    );
    assert.deepEqual(config.identityFiles, [`${homedir()}/.ssh/mha@h-23%`, '/keys/k']);
    assert.throws(() => read('identityfile /k/%C\n'), /cannot follow %C/);
  });

  it('finds the agent where it is meant to be', () => {
    const env = { SSH_AUTH_SOCK: '/a', OTHER: '/b' };
    assert.equal(read('', env).agentSocket, '/a');
    assert.equal(read('identityagent SSH_AUTH_SOCK\n', env).agentSocket, '/a');
    assert.equal(read('identityagent $OTHER\n', env).agentSocket, '/b');
    assert.equal(read('identityagent /c\n', env).agentSocket, '/c');
    assert.equal(read('identityagent none\n', env).agentSocket, undefined);
  });

  it('turns a jump into ssh -W, by way of the hosts before the last', () => {
    const jump = (value: string) =>
      read(`hostname h\nport 22\nproxyjump ${value}\n`, {}, ['-F', '/c']).proxy?.argv.slice(3);
    assert.deepEqual(jump('u@a:2222,b'), ['-o', 'BatchMode=yes', '-J', 'u@a:2222', '-W', '[h]:22', '--', 'b']);
    assert.deepEqual(jump('u@[fe80::1]:23'), ['-o', 'BatchMode=yes', '-p', '23', '-W', '[h]:22', '--', 'u@fe80::1']);
    assert.deepEqual(jump('ssh://u@a:24'), ['-o', 'BatchMode=yes', '-W', '[h]:22', '--', 'ssh://u@a:24']);
  });

  it('runs a ProxyCommand in sh with exec, tokens expanded', () => {
    assert.deepEqual(read('hostname h\nport 22\nuser u\nproxycommand nc %h %p %r %n %%\n').proxy?.argv, [
      'sh',
      '-c',
      'exec nc h 22 u DB10 %',
    ]);
    assert.equal(read('proxycommand none\nproxyjump none\n').proxy, undefined);
  });

  it('knows who may meet an unknown host', () => {
    const accepts = ['true', 'ask', 'accept-new', 'false', 'off', 'no'].filter(
      (value) => read(`stricthostkeychecking ${value}\n`).acceptUnknownHost,
    );
    assert.deepEqual(accepts, ['accept-new', 'false', 'off', 'no']);
  });

  it('refuses what it cannot follow', () => {
    assert.throws(() => read('revokedhostkeys /etc/ssh/revoked\n'), /RevokedHostKeys/);
    assert.throws(() => read('knownhostscommand /bin/x\n'), /KnownHostsCommand/);
    assert.doesNotThrow(() => read('revokedhostkeys none\n'));
  });
});
