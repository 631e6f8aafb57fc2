// The Debian package in the root of a machine that has nothing else: Debian 12 and 13 as debootstrap makes them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe } from 'node:test';
import { about } from '../../build/about.ts';
import { buildDeb } from '../../build/deb/build.ts';
import { distDirectory } from '../../build/paths.ts';
import { entryNames } from '../../src/entryNames.ts';
import { debianRoot } from '../lab/debianRoot.ts';
import { testThoroughly } from '../thorough.ts';

const debArch = process.arch === 'arm64' ? 'arm64' : 'amd64';
const deb = join(distDirectory, `mha-helper_${about.version}_${debArch}.deb`);
const documents = '/usr/share/doc/mha-helper';
/** What the package depends on or its examples are checked with; all else is Debian's own minimum. */
const besides = ['openssh-client', 'sudo'];

/** What is done in the root, line by line, as root; it ends at the first that fails. */
const life = `
dpkg -i /packages/now.deb >/dev/null
mha-helper --version | cut -d' ' -f1,2
for name in ${entryNames.map(({ name }) => name).join(' ')}; do "$name" --help >/dev/null 2>&1 || [ $? = 2 ];
test "$(readlink "$(command -v "$name")")" = mha-helper; done
stat -c '%a %n' /etc/mha-helper /var/lib/mha-helper
test -z "$(dpkg -V mha-helper)"
visudo -cqf ${documents}/examples/sudoers.d/mha_helper
cp ${documents}/examples/mha-helper/test_cluster.conf /etc/mha-helper/
mha-helper config db10 | grep -q 'writer_vip_cidr'
echo '# edited' >>/etc/mha-helper/cluster.conf.example
dpkg -i /packages/later.deb >/dev/null
tail -n 1 /etc/mha-helper/cluster.conf.example
echo journal >/var/lib/mha-helper/test_cluster.journal
dpkg -r mha-helper >/dev/null
ls /etc/mha-helper /var/lib/mha-helper
dpkg -P mha-helper >/dev/null 2>&1
find / -xdev -name '*mha*helper*' ! -path '/proc/*' | sort
cat /etc/mha-helper/test_cluster.conf | grep -c writer_vip_cidr
`;

// An overlay in memory: the root in the cache stays as it is.
const enter = `
set -eu
mount -t tmpfs memory "$1"
cd "$1"
mkdir upper work root
# Without the path: a comma in it would end the option.
mount -t overlay -o "lowerdir=$2,upperdir=upper,workdir=work" root root
mount -t proc proc "$1/root/proc"
mkdir "$1/root/packages"
cp "$3" "$1/root/packages/now.deb"
cp "$4" "$1/root/packages/later.deb"
exec chroot "$1/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive sh -euc "$5"
`;

describe('the package in a fresh root', { concurrency: false }, () => {
  for (const [release, suite] of [
    ['12', 'bookworm'],
    ['13', 'trixie'],
  ] as const) {
    testThoroughly(
      `Debian ${release}: installed, upgraded, removed, purged`,
      () => {
        assert.ok(existsSync(deb), 'run "make package" first');
        const root = debianRoot(`plain-${suite}`, suite, besides, 'usr/bin/ssh');
        if (!existsSync(root.file)) root.fetch();
        const scratch = mkdtempSync(join(distDirectory, '.root-'));
        try {
          const later = buildDeb({
            ...about,
            version: '999.0.0',
            notices: '',
            sbom: '{}\n',
            scratch: mkdtempSync(join(scratch, 'deb-')),
            fast: true,
          });
          const mountPoint = mkdtempSync(join(scratch, 'mount-'));
          const argv = [
            '--mount',
            '--pid',
            '--fork',
            '--kill-child',
            '--propagation',
            'private',
            'sh',
            '-c',
            enter,
            'enter',
            mountPoint,
            dirname(dirname(dirname(root.file))),
            deb,
            later,
            life,
          ];
          const { status, stdout, stderr } = spawnSync('unshare', argv, { encoding: 'utf8', timeout: 120_000 });
          assert.equal(status, 0, stdout + stderr);
          assert.deepEqual(stdout.trim().split('\n'), [
            `mha-helper ${about.version}`,
            '750 /etc/mha-helper',
            '750 /var/lib/mha-helper',
            '# edited',
            '/etc/mha-helper:',
            'cluster.conf.example',
            'test_cluster.conf',
            '',
            '/var/lib/mha-helper:',
            'test_cluster.journal',
            '/etc/mha-helper',
            '1',
          ]);
        } finally {
          rmSync(scratch, { recursive: true, force: true });
        }
      },
      { isOne: release === '12' },
    );
  }
});
