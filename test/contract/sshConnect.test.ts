import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { connectSsh } from '../../src/adapters/ssh/connect.ts';
import { type ShellTarget } from '../../src/context/Context.ts';
import { env, place, server, target, knownFile, failure, refused, whoAmI } from './sshFixture.ts';
import { freePort } from './sshServer.ts';
import { patternOf } from '../patternOf.ts';

describe('host keys', () => {
  it('refuses an unknown host and says how to add it', async () => {
    const line = await refused(target(server.port, { known: '' }));
    assert.match(
      line,
      /unknown: it shows ssh-ed25519 SHA256:\S+ -- compare .* ssh -p \d+ root@127.0.0.1, or ssh-keyscan -p/,
    );
  });

  it('refuses a changed key, even with StrictHostKeyChecking=no, and names file and line', async () => {
    const other = place.publicKey('stranger');
    const of = target(server.port, {
      known: `# comment\n[127.0.0.1]:${server.port} ${other}`,
      options: '-o StrictHostKeyChecking=no',
    });
    assert.match(await refused(of), new RegExp(`has changed: .*${knownFile(of)} line 2 .*ssh-keygen -R`));
  });

  it('refuses a host that hides the key we know behind one of another type', async () => {
    const onlyEd = await place.server({ hostKeys: ['host_ed25519'] });
    try {
      const of = target(onlyEd.port, {
        known: place.knownHosts(onlyEd.port, 'host_rsa'),
        options: '-o StrictHostKeyChecking=accept-new',
      });
      assert.match(await refused(of), /has changed: .* line 1 has ssh-rsa/);
    } finally {
      await onlyEd.stop();
    }
  });

  for (const policy of ['accept-new', 'no']) {
    it(`adds an unknown key with StrictHostKeyChecking=${policy}, as OpenSSH can read it`, async () => {
      const of = target(server.port, {
        known: 'other.example ssh-ed25519 AAAA',
        options: `-o StrictHostKeyChecking=${policy} -o HashKnownHosts=${policy === 'no' ? 'yes' : 'no'}`,
      });
      assert.equal(await whoAmI(of), 'root\n');
      const found = execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${server.port}`, '-f', knownFile(of)], {
        encoding: 'utf8',
      });
      assert.ok(found.includes(place.publicKey('host_ed25519').split(' ')[1] ?? ''), found);
      assert.equal(
        await whoAmI({
          ...of,
          sshOptions: `${of.sshOptions ?? ''}`.replace(/StrictHostKeyChecking=\S+/, 'StrictHostKeyChecking=yes'),
        }),
        'root\n',
      );
    });
  }

  it('reads hashed names', async () => {
    const of = target(server.port);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', knownFile(of)], { stdio: 'ignore' });
    assert.match(readFileSync(knownFile(of), 'utf8'), /^\|1\|/);
    assert.equal(await whoAmI(of), 'root\n');
  });

  it('asks the server for the type of key it knows', async () => {
    assert.equal(await whoAmI(target(server.port, { known: place.knownHosts(server.port, 'host_rsa') })), 'root\n');
  });

  it('takes the key known by address, and refuses when the address has another', async () => {
    const named = { host: 'db10.invalid', ip: '127.0.0.1' };
    assert.equal(await whoAmI(target(server.port, named)), 'root\n');
    const byName = place.knownHosts(server.port, 'host_ed25519', 'db10.invalid');
    assert.equal(await whoAmI(target(server.port, { ...named, known: byName })), 'root\n');
    assert.match(
      await refused(target(server.port, { ...named, known: byName + place.knownHosts(server.port, 'stranger') })),
      /has changed/,
    );
  });

  it('refuses a revoked key, and says that it cannot check host certificates', async () => {
    const known = place.knownHosts(server.port);
    assert.match(
      await refused(target(server.port, { known: `${known}@revoked * ${place.publicKey('host_ed25519')}` })),
      /is revoked \(.* line 2\)/,
    );
    assert.match(
      await refused(
        target(server.port, {
          known: `@cert-authority ${place.knownHosts(server.port, 'stranger')}`,
          options: '-o StrictHostKeyChecking=no',
        }),
      ),
      /only by a @cert-authority/,
    );
  });

  it('looks under HostKeyAlias, and there only', async () => {
    const known = `the-alias ${place.publicKey('host_ed25519')}`;
    assert.equal(await whoAmI(target(server.port, { known, options: '-o HostKeyAlias=the-alias' })), 'root\n');
    assert.match(await refused(target(server.port, { options: '-o HostKeyAlias=the-alias' })), /unknown/);
  });

  it('fails when known_hosts cannot be read', async () => {
    assert.match(
      await refused({ ...target(server.port), sshOptions: `-F none -o UserKnownHostsFile=${place.directory}` }),
      /cannot read .*EISDIR/,
    );
  });
});

describe('keys to log in with', () => {
  it('lists what it tried when none is accepted', async () => {
    const line = await refused(
      target(server.port, {
        key: place.path('stranger'),
        options: `-i ${place.path('locked')} -i ${place.path('missing')}`,
      }),
    );
    assert.match(
      line,
      patternOf(
        String.raw`no key was accepted by root@127.0.0.1 port \d+: tried `,
        String.raw`\S+stranger; \S+locked needs a passphrase and `,
        String.raw`is not in the agent -- `,
      ),
    );
    assert.doesNotMatch(line, /missing/);
  });

  it('takes a key from the agent, and only the named ones with IdentitiesOnly', async () => {
    const agent = await place.agent(['stranger', 'locked']);
    const withAgent = { ...env, SSH_AUTH_SOCK: agent.socket };
    try {
      assert.equal(
        await whoAmI(target(server.port, { key: place.path('locked'), options: '-o IdentitiesOnly=yes' }), withAgent),
        'root\n',
      );
      assert.equal(await whoAmI(target(server.port, { key: place.path('missing') }), withAgent), 'root\n');
      const line = await refused(
        target(server.port, { key: place.path('stranger'), options: '-o IdentitiesOnly=yes' }),
        withAgent,
      );
      assert.match(line, /tried stranger from the agent \(SHA256:[^)]+\) -- /);
      await refused(target(server.port, { key: place.path('missing'), options: '-o IdentityAgent=none' }), withAgent);
    } finally {
      await agent.stop();
    }
  });

  it('goes on with the files when the agent is gone', async () => {
    const dead = { ...env, SSH_AUTH_SOCK: place.path('no.sock') };
    assert.equal(await whoAmI(target(server.port), dead), 'root\n');
    assert.match(await refused(target(server.port, { key: place.path('stranger') }), dead), /the agent failed/);
  });
});

describe('the way there', () => {
  let ways = 0;

  /** Two hosts: `inner` is reached by way of `jump`. */
  function configured(jumpPort: number, way: string): ShellTarget {
    const known = place.file(
      `known_way_${++ways}`,
      place.knownHosts(server.port, 'host_ed25519', 'inner') + place.knownHosts(jumpPort),
    );
    const files = `IdentityFile ${place.path('id')}\n UserKnownHostsFile ${known}\n`;
    const common = `${files} GlobalKnownHostsFile none\n User root\n`;
    const config = place.file(
      `config_way_${ways}`,
      `Host jump\n HostName 127.0.0.1\n Port ${jumpPort}\n ${common}Host inner\n HostName 127.0.0.1\n ` +
        `HostKeyAlias [inner]:${server.port}\n Port ${server.port}\n ${common} ${way}\n`,
    );
    return { label: 'inner', host: 'inner', ip: '192.0.2.1', sshOptions: `-F ${config}` };
  }

  it('goes through a ProxyJump and a ProxyCommand', async () => {
    const jump = await place.server();
    try {
      assert.equal(await whoAmI(configured(jump.port, 'ProxyJump jump')), 'root\n');
      const of = configured(jump.port, '');
      const command = `ProxyCommand ssh ${of.sshOptions ?? ''} -o BatchMode=yes -W %h:%p jump`;
      assert.equal(await whoAmI(configured(jump.port, command)), 'root\n');
    } finally {
      await jump.stop();
    }
  });

  it('says what the jump host or the command said', async () => {
    const dead = await freePort();
    assert.match(await refused(configured(dead, 'ProxyJump jump')), /ProxyJump jump says: .*Connection refused/);
    assert.match(
      await refused(configured(dead, 'ProxyCommand echo no way through >&2; exit 1')),
      /ProxyCommand says: no way through/,
    );
  });

  it('names a refused port, a name that does not resolve, a stranger that is not sshd', async () => {
    assert.match(
      await refused(target(await freePort())),
      /no SSH connection to root@127.0.0.1 port \d+: connection refused -- /,
    );
    assert.match(await refused(target(server.port, { host: 'no-such-host.invalid' })), /the name cannot be resolved/);
    const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    assert.match(await refused(target((silent.address() as AddressInfo).port)), /waiting for the server/);
    silent.close();
  });

  it('gives up on a host that accepts and says nothing', async () => {
    const hole = createServer().listen(0, '127.0.0.1');
    await once(hole, 'listening');
    const accepted = once(hole, 'connection');
    const line = await failure('deadline', connectSsh(target((hole.address() as AddressInfo).port), 300, { env }));
    assert.match(line, /^db10: no SSH connection to root@127.0.0.1 port \d+ within 0.3 s \(waiting for the server\)/);
    hole.close();
    const [socket] = (await accepted) as [Socket];
    socket.destroy();
  });

  it('fails what is running when the connection is lost, and what comes after', async () => {
    const shell = await connectSsh(target(server.port), 5000, { env });
    const session = Number((await shell.run(['sh', '-c', 'ps -o ppid= -p $PPID'], 3000)).stdout);
    const running = failure('ssh', shell.run(['sleep', '2'], 5000));
    process.kill(session, 'SIGKILL');
    assert.match(await running, /^db10: .*connection.* -- what was running there may have been done or not/);
    await failure('ssh', shell.run(['true'], 1000));
    await shell.close();
    await shell.close();
  });

  it('needs the ssh client, and says what it does not like about the options', async () => {
    const empty = { PATH: place.path('empty') };
    assert.match(await refused(target(server.port), empty), /the ssh client is not installed/);
    assert.match(
      await refused(target(server.port, { options: '-o Nonsense=1' })),
      /refuses its configuration: .*nonsense/,
    );
    assert.match(await refused(target(server.port, { options: 'other-host' })), /cannot use "other-host"/);
  });

  it('leaves nothing behind that keeps the program alive', async () => {
    const script = `
      import { connectSsh } from ${JSON.stringify(new URL('../../src/adapters/ssh/connect.ts', import.meta.url).href)};
      const shell = await connectSsh(${JSON.stringify(target(server.port))}, 5000, { env: process.env });
      console.log((await shell.run(['echo', 'done'], 5000)).stdout.trim());
      await shell.close();
      const ours = (name) => /Timeout|TCP|Process/.test(name);
      process.on('exit', () => console.log(process.getActiveResourcesInfo().filter(ours).join()));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 10_000,
      env,
    });
    assert.equal(out, 'done\n\n');
  });
});
