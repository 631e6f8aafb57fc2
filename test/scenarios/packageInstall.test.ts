// The packages of `make package`, on the manager host of the lab: installed, used by MHA, upgraded, removed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { about } from '../../build/about.ts';
import { buildDeb } from '../../build/deb/build.ts';
import { buildExecutable } from '../../build/executable.ts';
import { packageFiles } from '../../build/packageFiles.ts';
import { distDirectory } from '../../build/paths.ts';
import { buildRpm } from '../../build/rpm/build.ts';
import { entryNames } from '../../src/entryNames.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { DATABASE_NAMES } from '../lab/hosts.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, masterSwitch, readmeSudoers } from './cluster.ts';
import { testThoroughly } from '../thorough.ts';

const [debArch, rpmArch] = process.arch === 'arm64' ? ['arm64', 'aarch64'] : ['amd64', 'x86_64'];
const deb = join(distDirectory, `mha-helper_${about.version}_${debArch}.deb`);
const rpm = join(distDirectory, `mha-helper-${about.version}-1.${rpmArch}.rpm`);
const documents = '/usr/share/doc/mha-helper';
const example = '/etc/mha-helper/cluster.conf.example';
const own = '/etc/mha-helper/test_cluster.conf';
/** All that is gone when the package is. */
const programs = packageFiles({
  documents,
  zshFunctions: '/usr/share/zsh/vendor-completions',
  units: '/usr/lib/systemd/system',
})
  .map(({ path }) => path)
  .filter((path) => path.startsWith('/usr/'))
  .join(' ');
const journal = '/var/lib/mha-helper/test_cluster.journal';

const modes = 'stat -c "%A %G" /etc/mha-helper /var/lib/mha-helper';
const forTheManagersGroup = 'chgrp mail /etc/mha-helper /var/lib/mha-helper; chmod 2770 /var/lib/mha-helper';

// The lab may have the OpenSSH client in a layer that dpkg knows nothing of; RPM's own dependencies are none of
// Debian's. man-db's trigger reads every page of the machine.
const dpkg = ['dpkg', '--no-triggers'];
const dpkgInstall = [...dpkg, '--ignore-depends=openssh-client', '-i'];
const rpmTool = ['rpm', '--force-debian', '--dbpath', '/var/lib/rpm-of-the-test'];

describe('packages', { concurrency: false }, () => {
  let lab: Lab | undefined;
  let scratch = '';
  const cluster = (): Lab => lab ?? assert.fail('no lab');
  const mgr = (...argv: string[]): Promise<CommandOutcome> => cluster().exec('mgr', argv, { timeoutMs: 60_000 });
  const shell = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await mgr('sh', '-euc', line);
    assert.equal(code, 0, `${line}\n${stdout}${stderr}`);
    return stdout.trim();
  };
  const succeeds = async (...argv: string[]): Promise<void> => {
    const { code, stdout, stderr } = await mgr(...argv);
    assert.equal(code, 0, `${argv.join(' ')}\n${stdout}${stderr}`);
  };
  /** Another version, in the checkout: the lab's hosts see it there. */
  const version = (number: string, build: typeof buildDeb, kind: string): string => {
    mkdirSync(join(scratch, kind));
    return build({ ...about, version: number, notices: '', sbom: '{}\n', scratch: join(scratch, kind), fast: true });
  };
  const plannedSwitch = async (to: 'db10' | 'db11'): Promise<void> => {
    const writer = await startWriter(cluster());
    const switched = await masterSwitch(cluster(), to);
    assert.equal(switched.code, 0, switched.stdout);
    assert.match(switched.stdout, new RegExp(`2/\\d assign the writer address 192\\.168\\.10\\.155 to ${to}: done`));
    await assertWhole(cluster(), to, writer);
  };

  before(async () => {
    assert.ok(existsSync(deb) && existsSync(rpm), 'run "make package" first');
    scratch = mkdtempSync(join(distDirectory, '.test-'));
    lab = await startLab();
    for (const host of DATABASE_NAMES)
      await lab.writeFile(host, { path: '/etc/sudoers.d/mha_helper', content: readmeSudoers, mode: '440' });
  });
  after(async () => {
    await lab?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  test('both packages hold the same, with the modes that are meant', () => {
    const run = (...[program = '', ...args]: string[]): string[] =>
      execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n');
    // "MODE OWNER PATH[ -> TARGET]" of what the common list has; directories above ours are in the Debian package only.
    const inDeb = run('dpkg-deb', '-c', deb).map((line) =>
      line.replace(/^(\S+) (\S+)\s+\d+ \S+ \S+ \.(.*?)\/?$/, '$1 $2 $3'),
    );
    const inRpm = run(
      'rpm',
      '-qp',
      '--qf',
      '[%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILENAMES}%{FILELINKTOS}\\n]',
      rpm,
    ).map((line) => line.replace(/^(l.*?)(mha-helper)$/, '$1 -> $2'));
    for (const [found, places] of [
      [inDeb, { documents, zshFunctions: '/usr/share/zsh/vendor-completions', units: '/usr/lib/systemd/system' }],
      [inRpm, { documents, zshFunctions: '/usr/share/zsh/site-functions', units: '/usr/lib/systemd/system' }],
    ] as const) {
      for (const file of packageFiles(places)) {
        const wanted =
          'link' in file
            ? `lrwxrwxrwx root/root ${file.path} -> ${file.link}`
            : `${'directory' in file ? 'd' : '-'}${permissions('directory' in file ? file.directory : file.mode)} ` +
              `root/root ${file.path}`;
        assert.ok(found.includes(wanted), `${wanted}\nis not in\n${found.join('\n')}`);
      }
      assert.ok(
        found.every((line) => line.includes(' root/root ')),
        found.join('\n'),
      );
    }
    for (const wanted of [
      'drwxr-x--- root/root /etc/mha-helper',
      'drwxr-x--- root/root /var/lib/mha-helper',
      `-rw-r----- root/root ${example}`,
      ...entryNames.map(({ name }) => `lrwxrwxrwx root/root /usr/bin/${name} -> mha-helper`),
    ]) {
      assert.ok(inDeb.includes(wanted) && inRpm.includes(wanted), wanted);
    }
  });

  testThoroughly('two builds are the same bytes, whoever builds', async () => {
    const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
    const build = async (kind: string): Promise<string[]> => {
      const executable = join(scratch, kind);
      await buildExecutable(executable);
      return [
        digest(executable),
        digest(version('1.0.0', buildDeb, `${kind}-deb`)),
        digest(version('1.0.0', buildRpm, `${kind}-rpm`)),
      ];
    };
    const first = await build('first');
    const umask = process.umask(0o077);
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    try {
      assert.deepEqual(await build('second'), first);
    } finally {
      process.umask(umask);
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  test('what the executable is linked with is in the dependencies', () => {
    const needed =
      execFileSync('rpm', ['-qp', '--requires', rpm], { encoding: 'utf8' }).match(
        /^[^(\s]+\.so\.\d+(?=\(\)\(64bit\)$)/gm,
      ) ?? [];
    assert.deepEqual(needed.filter((name) => !name.startsWith('ld-linux')).sort(), [
      'libc.so.6',
      'libdl.so.2',
      'libgcc_s.so.1',
      'libm.so.6',
      'libpthread.so.0',
      'libstdc++.so.6',
    ]);
    const newest = (symbol: string): string | undefined =>
      execFileSync('rpm', ['-qp', '--requires', rpm], { encoding: 'utf8' })
        .match(new RegExp(`(?<=\\(${symbol}_)[\\d.]+`, 'g'))
        ?.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
        .at(-1);
    // glibc 2.28; GCC 7.
    assert.deepEqual([newest('GLIBC'), newest('CXXABI')], ['2.28', '1.3.11']);
    assert.match(
      execFileSync('dpkg-deb', ['-f', deb, 'Depends'], { encoding: 'utf8' }),
      /^libc6 \(>= 2\.28\), libgcc-s1 \| libgcc1, libstdc\+\+6 \(>= 7\), openssh-client$/m,
    );
  });

  test('deb: installed, it is what MHA calls in a planned switch', async () => {
    // The lab's own files of that directory come back into the one that the package makes.
    await shell('mv /etc/mha-helper /tmp/own');
    await succeeds(...dpkgInstall, deb);
    assert.equal(
      await shell(`${modes} && mv /tmp/own/* /etc/mha-helper && rmdir /tmp/own`),
      'drwxr-x--- root\ndrwxr-x--- root',
    );
    assert.equal(await shell('dpkg -V mha-helper'), '');
    for (const { name } of entryNames)
      assert.equal(await shell(`dpkg -S /usr/bin/${name}`), `mha-helper: /usr/bin/${name}`);
    await plannedSwitch('db11');
    assert.match(await shell('mha-helper status'), /test_cluster/);
  });

  test('deb: the examples are right, and so are pages and completion', async () => {
    assert.equal(
      await shell(`MHA_HELPER_CONFIG_DIR=${documents}/examples/mha-helper mha-helper config db10 2>&1 >/dev/null`),
      '',
    );
    assert.match(await shell(`visudo -cf ${documents}/examples/sudoers.d/mha_helper`), /parsed OK/);
    for (const name of ['mha-helper', ...entryNames.map((entry) => entry.name)]) {
      const page = await shell(`zcat /usr/share/man/man1/${name}.1.gz`);
      assert.match(page, name === 'mha-helper' ? /^\.TH MHA\\-HELPER 1/ : /^\.so man1\/mha-helper\.1$/);
    }
    assert.match(await shell('zcat /usr/share/man/man5/mha-helper.conf.5.gz'), /^\.TH MHA\\-HELPER\.CONF 5/);
    // What messages and pages of the manual refer to.
    for (const name of ['README.md', 'docs/reference/options.md', 'docs/reference/exit-codes.md'])
      assert.match(await shell(`cat ${documents}/${name}`), /^# /m);
    assert.equal(
      await shell('bash -c "source /usr/share/bash-completion/completions/mha-helper && complete -p mha-helper"'),
      'complete -o bashdefault -o default -F _mha_helper mha-helper',
    );
    const licences = await shell(`cat ${documents}/copyright`);
    for (const work of ['clipanion', 'mysql2', 'ssh2', 'nodemailer', 'Node.js'])
      assert.match(licences, new RegExp(`^={78}\n${work.replace('.', '\\.')} \\d`, 'm'));
  });

  test('deb: an upgrade keeps what was edited, and no call finds the program missing', async () => {
    await shell(`echo '# edited' >>${example}; echo '# edited' >>${own}`);
    await shell(forTheManagersGroup);
    const before = await shell(`cat ${own} ${example} ${journal}`);
    const calls = cluster().spawn('mgr', [
      'sh',
      '-c',
      `calls=0; until [ -e /tmp/upgraded ]; do /usr/bin/${entryNames[0]?.name} --help >/dev/null || echo ` +
        'MISSING; calls=$((calls + 1)); done; echo "$calls calls"',
    ]);
    await succeeds(...dpkgInstall, version('999.0.0', buildDeb, 'deb'));
    await shell('touch /tmp/upgraded');
    assert.equal(await calls.ended, 0);
    assert.match(calls.output(), /^\d\d+ calls\n$/);
    assert.equal(await shell('dpkg-query -W -f "\\${Version}" mha-helper'), '999.0.0');
    assert.equal(await shell(`cat ${own} ${example} ${journal}`), before);
    assert.equal(await shell(modes), 'drwxr-x--- mail\ndrwxrws--- mail');
  });

  test("deb: removed, it leaves configuration and journal; purged, the clusters' own files", async () => {
    await succeeds(...dpkg, '-r', 'mha-helper');
    assert.equal(
      await shell(`ls -d ${programs} 2>/dev/null || :; ls ${own} ${example} ${journal}`),
      [own, example, journal].sort().join('\n'),
    );
    // As after `systemctl enable`, on a machine with systemd.
    await shell(
      'mkdir -p /etc/systemd/system/multi-user.target.wants; ln -s ' +
        '/usr/lib/systemd/system/mha-helper-monitor@.service ' +
        '/etc/systemd/system/multi-user.target.wants/mha-helper-monitor@test_cluster.conf.service',
    );
    await succeeds(...dpkg, '-P', 'mha-helper');
    assert.equal(await shell('find /etc/systemd -name "mha-helper*"'), '');
    assert.equal(await shell('find /etc/mha-helper /var/lib -path "*mha-helper*" -type f'), own);
    assert.equal((await mgr('test', '-e', '/var/lib/mha-helper')).code, 1);
  });

  test('rpm: installed, it is what MHA calls in a planned switch', async () => {
    await shell('mv /etc/mha-helper /tmp/own');
    await succeeds(...rpmTool, '-i', '--nodeps', rpm);
    assert.equal(
      await shell(`${modes} && mv /tmp/own/* /etc/mha-helper && rmdir /tmp/own`),
      'drwxr-x--- root\ndrwxr-x--- root',
    );
    assert.equal(await shell(`${rpmTool.join(' ')} -V --nodeps mha-helper`), '');
    await plannedSwitch('db10');
  });

  testThoroughly(
    "rpm: an upgrade keeps what was edited; erased, it leaves the clusters' own files and the journal",
    async () => {
      await shell(`echo '# edited' >>${example}; echo '# edited' >>${own}; ${forTheManagersGroup}`);
      const before = await shell(`cat ${own} ${example} ${journal}`);
      await succeeds(...rpmTool, '-U', '--nodeps', version('999.0.0', buildRpm, 'rpm'));
      assert.equal(await shell(`${rpmTool.join(' ')} -q --qf '%{VERSION}' mha-helper`), '999.0.0');
      assert.equal(await shell(`cat ${own} ${example} ${journal}`), before);
      assert.equal(await shell(modes), 'drwxr-x--- mail\ndrwxrws--- mail');
      await succeeds(...rpmTool, '-e', 'mha-helper');
      assert.equal(
        await shell(`ls -d ${programs} 2>/dev/null || :; find /etc/mha-helper /var/lib/mha-helper -type f | sort`),
        [`${example}.rpmsave`, own, journal, '/var/lib/mha-helper/test_cluster.run-lock'].join('\n'),
      );
    },
  );
});

/** `rwxr-x---` of 0o750. */
function permissions(mode: number): string {
  return [...mode.toString(8).padStart(3, '0')]
    .map((digit) => ['r', 'w', 'x'].map((letter, bit) => (Number(digit) & (4 >> bit) ? letter : '-')).join(''))
    .join('');
}
