// What programs and hosts print, MHA's arguments, and what a mail shows of all that.
import { findKnownKeys, keyType } from '../../../src/adapters/ssh/knownHosts.ts';
import { sshOptionWords } from '../../../src/adapters/ssh/options.ts';
import { RemoteOutput } from '../../../src/adapters/ssh/remoteCommand.ts';
import { readCluster } from '../../../src/config/validate.ts';
import { Budget } from '../../../src/context/budget.ts';
import type { Shell } from '../../../src/context/Context.ts';
import { reportHtml } from '../../../src/mail/reportHtml.ts';
import { reportText } from '../../../src/mail/reportText.ts';
import { readHardRequest, readOnlineRequest, readReportRequest } from '../../../src/mha/request.ts';
import { hostAddresses } from '../../../src/vip/hostAddresses.ts';
import { metal } from '../../../src/vip/metal/provider.ts';
import { FakeClock } from '../../doubles/clock.ts';
import { sample } from '../../unit/mail/sample.ts';
import { must, type Target } from '../Target.ts';

const address = '10.0.0.5';
const [settings] =
  readCluster(
    '/c.conf',
    `[default]\nvip_type = metal\nwriter_vip_cidr = ${address}/24\ncluster_interface = eth1\n[db10]\n`,
  ).cluster?.hosts ?? [];
const ip = JSON.stringify([
  {
    ifname: 'eth1',
    addr_info: [
      { family: 'inet', local: '10.0.0.1', prefixlen: 24, scope: 'global' },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64, tentative: true, dadfailed: false },
      { family: 'inet', local: address, prefixlen: 32 },
    ],
  },
]);

const programs = [
  'ip=/sbin/ip',
  'arping=/usr/bin/arping',
  'arping_kind=iputils',
  'ss=/usr/bin/ss',
  'sudo=/usr/bin/sudo',
];
const script = [...programs, 'addresses:', ip].join('\n');

/** A host that prints the same, whatever it is asked. */
async function askHost(stdout: string): Promise<void> {
  const shell: Shell = {
    label: 'db10',
    run: () => Promise.resolve({ code: 0, stdout, stderr: '' }),
    close: () => Promise.resolve(),
  };
  const clock = new FakeClock();
  const provider = metal(address, { clock, budget: new Budget(clock, 'x', 60_000), warn: () => undefined });
  if (settings === undefined) throw new Error('no settings');
  const host = { name: 'db10', ip: '10.0.0.1', port: 3306, settings, shell: () => Promise.resolve(shell) };
  const outcomes = await Promise.allSettled([
    provider.check(host),
    provider.holds(host),
    provider.answersElsewhere(host, 'insist'),
    provider.assign(host),
    provider.release(host),
  ]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

const switchArguments = [
  '--command=start',
  '--orig_master_host=db10',
  '--orig_master_ip=10.0.0.1',
  '--orig_master_port=3306',
  "--orig_master_user=m\\'ha",
  '--orig_master_password=p\\\\w',
  '--new_master_host=db11',
  '--new_master_ip=fd00::2',
  '--new_master_port=3306',
  '--new_master_user=mha',
  '--new_master_password=x',
  '--orig_master_ssh_user=root',
  '--new_master_ssh_user=root',
  '--ssh_user=root',
  "--ssh_options=-o 'A=b' -p 22",
  '--orig_master_is_new_slave',
].join('\n');

const own = 'html|head|meta|title|body|table|tbody|tr|th|td|div|span|b|pre|br|ol|ul|li|p|code|a';
const foreignElement = new RegExp(`<(?!/?(?:${own})\\b|!DOCTYPE)`, 'i');
const moving = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

export const outputTargets: readonly Target[] = [
  {
    name: 'ip -j addr',
    seeds: [ip, '[]', '[{}]'],
    dictionary: ['"addr_info"', '"local"', '"ifname"', '"prefixlen"', '"tentative":true', address, '::ffff:10.0.0.5'],
    read(input) {
      const found = hostAddresses('db10', input);
      found.find(address);
      found.find('fe80::1');
      found.on('eth1');
    },
  },
  {
    name: 'what the scripts print on a host (ip, ss, arping)',
    seeds: [script, script.replace('addresses:', 'error=RTNETLINK answers: File exists\nsockets=3\naddresses:')],
    dictionary: ['error=', 'announce=', 'lost=10.0.0.9/24', 'ss=', 'answers=', 'addresses:\n', 'kernel=', '\n'],
    read: askHost,
  },
  {
    name: "MHA's arguments",
    seeds: [
      switchArguments,
      switchArguments.replace('start', 'stopssh'),
      '--orig_master_host=db10\n--new_master_host=db11\n--new_slave_hosts=db12,db13\n--conf=/c\n--subject=s\n--body=b',
    ],
    dictionary: ['--command=stop', '--orig_master_', '--new_master_', '\\', "'", '=', '--', '%'],
    async read(input) {
      const argv = input.split('\n');
      const errors: unknown[] = [];
      for (const read of [readOnlineRequest, readHardRequest, readReportRequest]) {
        try {
          read(argv);
        } catch (error) {
          errors.push(error);
        }
      }
      await Promise.resolve();
      for (const error of errors) throw error;
    },
  },
  {
    name: 'known_hosts, SSH options, what a login shell prints',
    seeds: [
      'db10 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg= me\n' +
        '|1|YWJj|ZGVm ssh-rsa AAAA\n@revoked * x y',
      '-o \'ProxyCommand=nc %h %p\' -F /etc/x -i "a b"',
      'Last login: today\n',
    ],
    dictionary: ['ssh-ed25519', '|1|', '@cert-authority', '*', '!', '[db10]:22', '-o', "'", '\\'],
    read(input) {
      findKnownKeys('/known_hosts', input, 'db10');
      keyType(Buffer.from(input, 'latin1'));
      const output = new RemoteOutput();
      for (const piece of input.match(/[^]{1,7}/g) ?? []) {
        output.pushStdout(Buffer.from(piece));
        output.pushStderr(Buffer.from(piece));
      }
      must(typeof output.preface === 'string', 'no text');
      sshOptionWords('db10', input);
    },
  },
  {
    name: 'the mail about a failover',
    seeds: [JSON.stringify(sample)],
    dictionary: ['<script>', '"><', '\\u202e', '&lt;', '\\u0000', '\\n', "'", '\\u2028'],
    read(input) {
      // Whatever texts a server or MHA puts in there, in the form that our own sources give it.
      const texts = input.replace(/[{}[\]]/g, '').split(/","|":"/);
      let at = 0;
      const hostile = JSON.parse(JSON.stringify(sample), (key, value: unknown) =>
        typeof value === 'string' &&
        !/^(?:\d{4}-|online |hard )/.test(value) &&
        !['state', 'outcome', 'kind'].includes(key)
          ? (texts[at++ % texts.length] ?? '')
          : value,
      ) as typeof sample;
      const html = reportHtml(hostile);
      must(!foreignElement.test(html), 'an element of somebody else');
      must(!moving.test(html) && !moving.test(reportText(hostile)), 'what moves a cursor or turns text round');
    },
  },
];
