import type { Report } from '../../../src/mail/Report.ts';

/** A failover that worked, with something left to do. */
export const sample: Report = {
  subject: 'test_cluster: MySQL Master failover db10(192.168.10.10:3306) to db11(192.168.10.11:3306) succeeded',
  cluster: 'test_cluster',
  origHost: 'db10',
  newHost: 'db11',
  newSlaveHosts: ['db12'],
  conf: '/etc/mha/test_cluster.conf',
  managerHost: 'mgr',
  at: '2026-01-31T03:00:24.018Z',
  body:
    'Master db10(192.168.10.10:3306) is down!\n\nCheck MHA Manager logs at ' +
    'mgr:/var/log/mha/test_cluster/test_cluster.log for details.\n\n' +
    'Started automated(non-interactive) failover.\nThe latest slave db11(192.168.10.11:3306) has all relay logs ' +
    'for recovery.\n' +
    'Selected db11(192.168.10.11:3306) as a new master.\ndb11(192.168.10.11:3306): OK: Applying all logs succeeded.\n' +
    'db11(192.168.10.11:3306): OK: Activated master IP address.\ndb12(192.168.10.12:3306): OK: Applying all logs ' +
    'succeeded. Slave started, replicating from db11(192.168.10.11:3306)\n' +
    'Master failover to db11(192.168.10.11:3306) completed successfully.\n',
  runs: [
    {
      run: 'a',
      procedure: 'hard stop',
      origHost: 'db10',
      newHost: null,
      pid: 71,
      startedAt: '2026-01-31T03:00:15.120Z',
      steps: [],
      end: {
        outcome: 'proceed',
        at: '2026-01-31T03:00:15.131Z',
        message: 'db10 does not answer SSH',
        leftToDo: [
          'db10 does not answer SSH, so the writer address 192.168.10.155 was not removed there: keep that host ' +
            'off the network, or run "ip addr del 192.168.10.155/24 dev eth10" there, before it comes back',
        ],
      },
    },
    {
      run: 'b',
      procedure: 'hard start',
      origHost: 'db10',
      newHost: 'db11',
      pid: 80,
      startedAt: '2026-01-31T03:00:21.402Z',
      steps: [
        {
          id: 'clear-read-only:db11',
          title: 'set read_only=0 on db11',
          before: {},
          state: 'done',
          at: '2026-01-31T03:00:22.040Z',
          endedAt: '2026-01-31T03:00:22.048Z',
        },
        {
          id: 'assign-address:db11',
          title: 'assign the writer address 192.168.10.155 to db11',
          before: {},
          state: 'done',
          at: '2026-01-31T03:00:22.051Z',
          endedAt: '2026-01-31T03:00:22.410Z',
        },
      ],
      end: { outcome: 'done', message: '', at: '2026-01-31T03:00:22.431Z' },
    },
  ],
  since: '2026-01-31T03:00:12.000Z',
  now: {
    checkedAt: '2026-01-31T03:00:23.980Z',
    address: '192.168.10.155',
    unknown: null,
    hosts: [
      { host: 'db11', holdsAddress: true, takesWrites: true },
      {
        host: 'db10',
        holdsAddress: { unknown: 'db10: no answer within 3 s' },
        takesWrites: { unknown: 'cannot connect to MySQL on db10 (192.168.10.10:3306): no answer within 3 s' },
      },
      { host: 'db12', holdsAddress: false, takesWrites: false },
    ],
  },
  missingWrites: [],
  log: { path: '/var/log/mha/test_cluster/test_cluster.log', text: 'last lines\n' },
};
