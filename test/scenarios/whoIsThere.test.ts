// MHA looks who is there: a server that greets at once is asked without a process of its own, all others as ever.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { ADMIN_ACCOUNT, HOSTS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { clusterLab, masterha } from './cluster.ts';
import { testThoroughly } from '../thorough.ts';

const generalLog = '/var/log/mysql/general.log';

/** All connections of db12 have a statement that runs for longer than this test. */
async function useUp(lab: Lab): Promise<void> {
  await lab.sql('db12', 'SET GLOBAL max_connections=10');
  const login = `mariadb -h ${HOSTS.db12.ipv4} -u${ADMIN_ACCOUNT.user} -p${ADMIN_ACCOUNT.password}`;
  lab.spawn('db12', ['sh', '-c', `for i in $(seq 14); do ${login} -e 'SELECT SLEEP(80)' & done; wait`]);
  const refused = (error: Error): boolean => /Too many connections/.test(error.message);
  await waitUntil('the use of all connections', 10_000, () => lab.sql('db12', 'DO 0').then(() => false, refused));
}

describe('who is there', () => {
  let lab: Lab;
  before(async () => {
    lab = await clusterLab();
  });
  after(() => lab.stop());

  /** Logins of MHA's on db11 while it checks replication. */
  async function logins(env: Readonly<Record<string, string>> = {}): Promise<number> {
    await lab.sql('db11', `SET GLOBAL general_log_file='${generalLog}'`, 'SET GLOBAL general_log=1');
    const { code, stdout } = await masterha(lab, 'masterha_check_repl', [`--conf=${APPLICATION_FILE}`], env);
    assert.equal(code, 0, stdout);
    await lab.sql('db11', 'SET GLOBAL general_log=0');
    const log = await lab.readFile('db11', generalLog);
    await lab.exec('db11', ['rm', generalLog]);
    return log.match(/\d Connect\t/g)?.length ?? 0;
  }

  test('a server that greets is logged in to once less', async () => {
    await lab.resetTopology();
    const asMha = await logins({ MHA_HELPER_CUTS_OFF: 'forks' });
    assert.equal(await logins(), asMha - 1);
  });

  for (const [what, how] of [
    ['that hangs', (one: Lab) => Promise.resolve(one.freezeMysqld('db12'))],
    ['that is dead', (one: Lab) => one.killMysqld('db12')],
    ['whose host is gone', (one: Lab) => one.powerOff('db12')],
    ['that has no connection left', useUp],
  ] as const)
    testThoroughly(
      `a replica ${what} is found as without this`,
      async () => {
        const found: string[] = [];
        for (const off of ['forks', '']) {
          await lab.resetTopology();
          await how(lab);
          const args = [`--conf=${APPLICATION_FILE}`];
          const { code, stdout } = await masterha(lab, 'masterha_check_repl', args, { MHA_HELPER_CUTS_OFF: off });
          const dead = /Dead Servers:\n.*?(db\d+)\(/.exec(stdout)?.[1] ?? 'nobody is dead';
          const said = /Server db12\S+ is dead|MySQL error when connecting db12\S+ :\d+/.exec(stdout)?.[0] ?? '';
          found.push(`${code} ${dead} ${said}`);
        }
        assert.equal(found[1], found[0]);
        assert.doesNotMatch(found[0] ?? '', /^0 /);
      },
      { isOne: what === 'that is dead' },
    );
});
