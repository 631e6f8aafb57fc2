// What nobody has failed over for: somebody or something has changed address or master while all runs, and people must
// be told.
import { waitUntil } from '../../lab/processes.ts';
import { HOSTS, WRITER_CIDR } from '../../lab/hosts.ts';
import { helper, startMonitor, untilProtected } from '../acts.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';

/** From the fault to the mail. */
const toldWithinMs = 20_000;

function untilMail(stage: Stage, subject: string): Promise<void> {
  return waitUntil(`a mail: ${subject}`, toldWithinMs, async () => {
    const mails = await stage.lab.mails();
    return mails.some(({ headers }) => headers['subject']?.includes(subject) === true);
  });
}

/** Not protected; what it says is on the stage then. */
async function isToldAs(stage: Stage, subject: string): Promise<void> {
  await untilMail(stage, `test_cluster: ${subject}`);
  await helper(stage, 'monitor', 'status');
}

/** And when a person has done what was said. */
async function isOver(stage: Stage, subject: string): Promise<void> {
  await untilMail(stage, `test_cluster: over: ${subject}`);
  await untilProtected(stage);
}

export const watchedRows: readonly Row[] = [
  {
    id: 'watch-address-removed',
    fault: 'somebody removes the writer address from db10 by hand',
    moment: '`mha-helper monitor` runs',
    async act(stage) {
      await startMonitor(stage);
      await stage.by('db10', `ip addr del ${WRITER_CIDR} dev ${HOSTS.db10.interface}`);
      await isToldAs(stage, 'WRITER ADDRESS MISPLACED');
      await helper(stage, 'vip', 'assign', 'db10');
      await isOver(stage, 'WRITER ADDRESS MISPLACED');
    },
    expect: {
      exits: { 'monitor status': 20, 'vip assign db10': 0 },
      master: 'db10',
      w2Ms: 0,
      says: [
        /NOT PROTECTED: the writer address 192\.168\.10\.155 is on no host that answers/,
        /run "mha-helper vip assign db10 -c \/etc\/mha\/test_cluster\.conf"/,
      ],
    },
    endsWithinMs: 120_000,
    source: 'issue 11',
  },
  {
    id: 'watch-address-twice',
    fault: 'somebody gives the writer address to db12 by hand, too',
    moment: '`mha-helper monitor` runs',
    async act(stage) {
      await startMonitor(stage);
      await stage.by('db12', `ip addr add ${WRITER_CIDR} dev ${HOSTS.db12.interface}`);
      await isToldAs(stage, 'WRITER ADDRESS MISPLACED');
      await stage.by('db12', `ip addr del ${WRITER_CIDR} dev ${HOSTS.db12.interface}`);
      await helper(stage, 'vip', 'assign', 'db10');
      await isOver(stage, 'WRITER ADDRESS MISPLACED');
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'db10',
      w2Ms: 0,
      says: [/NOT PROTECTED: the writer address 192\.168\.10\.155 is on more than one host: db10, db12/],
    },
    endsWithinMs: 120_000,
    source: 'issue 11',
  },
  {
    id: 'watch-master-came-back-read-only',
    fault: 'mysqld of db10 is restarted, and comes back read-only as its option file says',
    moment: '`mha-helper monitor` runs',
    // It is back before MHA takes it for dead.
    given: { application: { 'server default': { ping_interval: '3' } } },
    async act(stage) {
      await startMonitor(stage);
      await stage.lab.killMysqld('db10');
      await stage.lab.startMysqld('db10', '--read-only=1');
      await isToldAs(stage, 'NO WRITABLE SERVER');
      await stage.lab.sql('db10', 'SET GLOBAL read_only=0');
      await isOver(stage, 'NO WRITABLE SERVER');
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'db10',
      w2Ms: 0,
      says: [
        /NOT PROTECTED: no server takes writes: db10, which the others replicate from, is read-only/,
        /mysql -h \S+ -P 3306 -e "SET GLOBAL read_only=0"/,
      ],
    },
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
    source: 'issue 11',
  },
  {
    id: 'watch-second-writer',
    fault: 'somebody opens db12 by hand',
    moment: '`mha-helper monitor` runs',
    async act(stage) {
      await startMonitor(stage);
      await stage.lab.sql('db12', 'SET GLOBAL read_only=0');
      await isToldAs(stage, 'MORE THAN ONE WRITABLE SERVER');
      await stage.lab.sql('db12', 'SET GLOBAL read_only=1');
      await isOver(stage, 'MORE THAN ONE WRITABLE SERVER');
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'db10',
      w2Ms: 'by hand',
      says: [/NOT PROTECTED: MORE THAN ONE server takes writes: db10, db12; set read_only=1 on all but the master/],
    },
    endsWithinMs: 120_000,
    source: 'issue 11',
  },
];
