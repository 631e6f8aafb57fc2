// The mail about a failover, against real mail servers.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE, HELPER_FILE, helperConfiguration } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import {
  emptyMailbox,
  REFUSED_RECIPIENT,
  START_MAIL_SERVER,
  STOP_MAIL_SERVER,
  type ReceivedMail,
} from '../lab/mailServer.ts';
import { decodeHeader, mimeParts } from '../lab/mime.ts';
import { waitUntil } from '../lab/processes.ts';
import { MAIL_CERTIFICATE, MAIL_LOGIN, startSecureMailServer } from '../lab/secureMailServer.ts';
import { managerEnd, managerLog, quickManager, startManager } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';

const spool = '/var/lib/mha-helper/spool';
const password = MAIL_LOGIN.password;

describe('the report', { concurrency: false }, () => {
  const cluster = sharedLab({ exim: true });
  before(async () => {
    await startSecureMailServer(cluster());
  });
  beforeEach(async () => {
    await shell(`rm -rf ${spool}; rm -f /var/spool/labmail/Maildir/new/*`);
  });

  const shell = (text: string): Promise<CommandOutcome> => cluster().exec('mgr', ['sh', '-c', text]);
  /** The configuration file alone: `configure` would take the spool away. */
  const settings = (options: Readonly<Record<string, string | null>>): Promise<void> =>
    cluster().writeFile('mgr', { path: HELPER_FILE, content: helperConfiguration({ default: options }), mode: '600' });

  function report(subject: string, ...more: readonly string[]): Promise<CommandOutcome> {
    return cluster().exec(
      'mgr',
      [
        'master_failover_report',
        '--orig_master_host=db10',
        '--new_master_host=db11',
        '--new_slave_hosts=db12',
        `--conf=${APPLICATION_FILE}`,
        `--subject=${subject}`,
        '--body=Selected db11 as a new master.',
        ...more,
      ],
      { timeoutMs: 60_000 },
    );
  }

  async function arrived(count: number): Promise<ReceivedMail[]> {
    let mails: ReceivedMail[] = [];
    await waitUntil(`${count} mails`, 20_000, async () => (mails = await cluster().mails()).length >= count);
    assert.equal(mails.length, count);
    return mails;
  }

  // Every report here names db11 as the new master, which it is not: the subject says that something is left to do.
  const mark = ' - LEFT TO DO';
  const subjects = (mails: readonly ReceivedMail[]): string[] =>
    mails
      .map(({ headers }) => decodeHeader(headers['subject'] ?? ''))
      .map((subject) => (subject.endsWith(mark) ? subject.slice(0, -mark.length) : `${subject}, without its end`))
      .sort();
  const spooled = async (): Promise<string[]> =>
    (await shell(`ls ${spool} 2>/dev/null | grep -v '^refused$'`)).stdout.split('\n').filter((name) => name !== '');

  describe('encryption and login', () => {
    const login = { smtp_user: MAIL_LOGIN.user, smtp_password: password };
    const trusted = { smtp_ca_file: MAIL_CERTIFICATE };
    const taken: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
      ['smtp_host alone', { smtp_host: 'localhost' }, /with ESMTP /i],
      [
        'none, where the server offers STARTTLS',
        { smtp_host: 'localhost:2525', smtp_security: 'none' },
        /with esmtp /i,
      ],
      ['opportunistic, a self-signed certificate', { smtp_host: 'localhost:2525' }, /with esmtps /i],
      ['opportunistic with a login', { smtp_host: 'localhost:587', ...login }, /with esmtpsa /i],
      [
        'starttls with the certificate',
        { smtp_host: 'localhost:2525', smtp_security: 'starttls', ...trusted },
        /with esmtps /i,
      ],
      [
        'starttls with the certificate and a login',
        { smtp_host: 'localhost:587', smtp_security: 'starttls', ...trusted, ...login },
        /with esmtpsa /i,
      ],
      [
        'tls with the certificate, on its own port',
        { smtp_host: 'localhost', smtp_security: 'tls', ...trusted },
        /with esmtps /i,
      ],
    ];
    for (const [name, options, received] of taken) {
      test(`${name}: delivered`, async () => {
        await settings(options);
        const sent = await report(name);
        assert.equal(sent.code, 0, sent.stderr);
        const [mail] = await arrived(1);
        assert.match(mail?.raw.replaceAll(/\n[ \t]+/g, ' ') ?? '', received);
        assert.deepEqual(await spooled(), []);
      });
    }

    const refused: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
      [
        'starttls, a certificate nobody trusts',
        { smtp_host: 'localhost:2525', smtp_security: 'starttls' },
        /no encrypted connection: self-signed certificate.*smtp_ca_file/,
      ],
      [
        'tls, a certificate nobody trusts',
        { smtp_host: 'localhost', smtp_security: 'tls' },
        /localhost:465 did not take the mail .*self-signed certificate/,
      ],
      [
        'tls, a certificate for another name',
        { smtp_host: '127.0.0.1', smtp_security: 'tls', ...trusted },
        /IP: 127\.0\.0\.1 is not in the cert's list/,
      ],
      [
        'starttls where the server has none',
        { smtp_host: 'localhost', smtp_security: 'starttls', ...trusted },
        /Error upgrading|STARTTLS|5\d\d /,
      ],
      [
        'a login where the server has no encryption',
        { smtp_host: 'localhost', ...login },
        /the login is not sent unencrypted/,
      ],
      [
        'a wrong password',
        { smtp_host: 'localhost:587', smtp_user: MAIL_LOGIN.user, smtp_password: 'wr0ng-secret' },
        /535 .*see smtp_user and smtp_password/,
      ],
      [
        'smtp_ca_file is not there',
        { smtp_host: 'localhost', smtp_security: 'tls', smtp_ca_file: '/etc/no.pem' },
        /smtp_ca_file \/etc\/no\.pem cannot be read/,
      ],
    ];
    for (const [name, options, said] of refused) {
      test(`${name}: not sent, kept in the spool, and delivered when that is fixed`, async () => {
        await settings(options);
        const sent = await report(name);
        assert.equal(sent.code, 12, sent.stderr);
        assert.match(sent.stderr, said);
        assert.match(sent.stderr, /kept in the spool/);
        for (const secret of [password, 'wr0ng-secret']) assert.ok(!`${sent.stdout}${sent.stderr}`.includes(secret));
        const kept = await shell(`cat ${spool}/*.json`);
        for (const secret of [password, 'wr0ng-secret']) assert.ok(!kept.stdout.includes(secret));
        assert.deepEqual(await cluster().mails(), []);
        assert.equal((await spooled()).length, 1);
        await settings({ smtp_host: 'localhost' });
        const flushed = await cluster().exec('mgr', ['mha-helper', 'report', '--flush']);
        assert.equal(flushed.code, 0, flushed.stderr);
        assert.deepEqual(subjects(await arrived(1)), [name]);
        assert.deepEqual(await spooled(), []);
      });
    }

    test('mha-helper config does not show the password', async () => {
      await settings({ smtp_host: 'localhost:587', smtp_user: 'mha', smtp_password: password });
      const shown = await cluster().exec('mgr', ['mha-helper', 'config']);
      assert.match(shown.stdout, /smtp_password +[=] \(not shown\)/);
      assert.ok(!`${shown.stdout}${shown.stderr}`.includes(password));
    });
  });

  test('the server is down: given up within 30 s, kept for its owner only, and delivered oldest first', async () => {
    await settings({ smtp_host: 'localhost' });
    assert.equal((await shell(STOP_MAIL_SERVER)).code, 0);
    const begun = performance.now();
    const sent = await report('first');
    assert.ok(performance.now() - begun < 30_000);
    assert.equal(sent.code, 12, sent.stderr);
    assert.match(
      sent.stderr,
      new RegExp(
        String.raw`^mha-helper: mail server localhost:25 did not take the mail for me@ovaistariq\.net: ` +
          String.raw`.*ECONNREFUSED.*kept in the spool \/var\/lib\/mha-helper\/spool -- .*report --flush`,
        'm',
      ),
    );
    assert.equal((await shell(`stat -c %a ${spool} ${spool}/*.json`)).stdout, '700\n600\n');
    // Not a second half minute: a server that has nothing listening is the same for the next one.
    await settings({ smtp_host: 'localhost:587', smtp_user: 'mha', smtp_password: 'wrong' });
    assert.equal((await report('second')).code, 12);
    const still = await cluster().exec('mgr', ['mha-helper', 'report', '--flush']);
    assert.equal(still.code, 12, still.stderr);
    assert.match(still.stdout, /0 delivered, 2 left in/);
    assert.match(still.stderr, /2 of 2 mails could not be delivered/);
    await cluster().exec('mgr', ['sh', '-eu'], { input: [...emptyMailbox(), ...START_MAIL_SERVER, ''].join('\n') });
    await settings({ smtp_host: 'localhost' });
    // The new one goes first: what is old must not hold it up.
    const third = await report('third');
    assert.equal(third.code, 0, third.stderr);
    assert.deepEqual(
      [...third.stdout.matchAll(/mail "(\w+) - LEFT TO DO"/g)].map(([, subject]) => subject),
      ['third', 'first', 'second'],
    );
    assert.deepEqual(subjects(await arrived(3)), ['first', 'second', 'third']);
    assert.deepEqual(await spooled(), []);
  });

  test('two recipients, one refused: the other has it, the refused mail is set aside, not tried again', async () => {
    await settings({ smtp_host: 'localhost', report_email: `dba@example.org, ${REFUSED_RECIPIENT}` });
    const sent = await report('two');
    assert.equal(sent.code, 12, sent.stderr);
    assert.match(
      sent.stderr,
      patternOf(
        String.raw`did not take the mail for gone@example\.org: 550 .*refused for `,
        String.raw`good, set aside in .*spool\/refused -- `,
        String.raw`it was taken for dba@example\.org`,
      ),
    );
    assert.equal((await arrived(1))[0]?.headers['to'], `dba@example.org, ${REFUSED_RECIPIENT}`);
    const flushed = await cluster().exec('mgr', ['mha-helper', 'report', '--flush']);
    assert.equal(flushed.code, 0, flushed.stderr);
    assert.match(flushed.stdout, /0 delivered, 0 left in .*, 1 refused for good, in .*spool\/refused/);
    assert.deepEqual((await shell(`stat -c %a ${spool}/refused ${spool}/refused/*.json`)).stdout, '700\n600\n');
  });

  test('subjects: other letters, quotes, shell, and no header of its own', async () => {
    await settings({ smtp_host: 'localhost' });
    for (const subject of [
      'Üm läut "quotes" $(x)',
      'a\nBcc: x@y',
      'b\r\n\r\n<script>alert(1)</script>\u001b[2J\u202e',
    ]) {
      assert.equal((await report(subject)).code, 0);
    }
    const mails = await arrived(3);
    assert.deepEqual(subjects(mails), ['a Bcc: x@y', 'b <script>alert(1)</script>[2J', 'Üm läut "quotes" $(x)'].sort());
    for (const { headers, raw } of mails) {
      assert.equal(headers['bcc'], undefined);
      assert.equal(headers['to'], 'me@ovaistariq.net');
      const html = mimeParts(raw).leaves.find(({ type }) => type === 'text/html')?.text ?? assert.fail('no HTML');
      assert.ok(!['<script', '\u001b', '\u202e'].some((text) => html.includes(text)));
    }
  });

  test('nothing can be found out: the mail says exactly that', async () => {
    await settings({ smtp_host: 'localhost' });
    assert.equal((await report('blind', '--conf=/etc/mha/gone.cnf')).code, 0);
    const [mail] = await arrived(1);
    const [text] = mimeParts(mail?.raw ?? '').leaves;
    assert.match(
      text?.text ?? '',
      patternOf(
        String.raw`Writer address now: +not known: cannot read MHA's configuration `,
        String.raw`file \/etc\/mha\/gone\.cnf: there is `,
        String.raw`no such file`,
      ),
    );
    assert.match(text?.text ?? '', /The manager log is not attached: cannot read MHA's configuration/);
  });

  test('--flush stands alone, and does nothing where nothing waits', async () => {
    const flushed = await cluster().exec('mgr', ['mha-helper', 'report', '--flush']);
    assert.equal(flushed.code, 0, flushed.stderr);
    assert.equal((await cluster().exec('mgr', ['mha-helper', 'report', '--flush', '--subject=x'])).code, 2);
  });

  test('after a real failover: steps with times, the writer address, who takes writes, and the log', async () => {
    await cluster().resetTopology();
    await cluster().configure(quickManager);
    const manager = await startManager(cluster());
    await cluster().killMysqld('db10');
    assert.equal(await managerEnd(manager), 0, await managerLog(cluster()));
    const [mail] = await arrived(1);
    const { leaves, multiparts } = mimeParts(mail?.raw ?? '');
    assert.deepEqual(multiparts, ['multipart/mixed', 'multipart/alternative']);
    assert.deepEqual(
      leaves.map(({ type, filename }) => [type, filename]),
      [
        ['text/plain', undefined],
        ['text/html', undefined],
        ['text/plain', 'manager-log-tail.txt'],
      ],
    );
    const [text, html, log] = leaves.map((leaf) => leaf.text);
    assert.match(decodeHeader(mail?.headers['subject'] ?? ''), / succeeded$/);
    assert.match(
      text ?? '',
      patternOf(
        String.raw`^Nothing needs to be done at once\.\nLATER: db10 is out of the cluster: repair it, and make it a `,
        String.raw`replica of db11: mha-helper rejoin db10 -c /etc/mha/test_cluster\.conf; `,
      ),
    );
    assert.match(text ?? '', /^Writer address now: +192\.168\.10\.155 is on db11$/m);
    assert.match(text ?? '', /^ {2}db10 +writer address: no; takes writes: not known: .+/m);
    assert.match(text ?? '', /^ {2}db11 +writer address: yes; takes writes: yes$/m);
    assert.match(text ?? '', /^ {2}db12 +writer address: no; takes writes: no$/m);
    const time = String.raw`\d\d:\d\d:\d\d\.\d{3}`;
    assert.match(
      text ?? '',
      new RegExp(`^  ${time}    release the writer address 192.168.10.155 on db10: done \\(\\d\\.\\d\\d s\\)$`, 'm'),
    );
    assert.match(
      text ?? '',
      new RegExp(
        `^  ${time}  New master \\(start\\): db10 \u2192 db11\n  ${time}    set read_only=0 on db11: done ` +
          `.*\n  ${time}    assign the writer address 192.168.10.155 to db11: done `,
        'm',
      ),
    );
    assert.match(text ?? '', /Invalidated master IP address on db10/);
    assert.match(html ?? '', /set read_only=0 on db11/);
    assert.match(log ?? '', /- \[info\] Sending mail\.\.\n$/);
    assert.doesNotMatch(log ?? '', /password=(?!xxx)/);
  });
});
