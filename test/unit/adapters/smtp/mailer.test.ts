// Against a mail server that says what the test wants it to say.
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { sendMail } from '../../../../src/adapters/smtp/mailer.ts';
import type { Mail } from '../../../../src/context/Mail.ts';
import type { MailFailure } from '../../../../src/errors/errors.ts';

const mail: Mail = {
  from: 'mha@manager.example',
  to: ['dba@example.org'],
  subject: 'failover of db10',
  text: 'first line\n.\nlast line ü\n',
};

interface Script {
  /** Answers instead of the usual ones, by the beginning of the client's line. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly greeting?: string | null;
}

/** By the first four letters of the client's line. */
const usualAnswers: Readonly<Record<string, string>> = { DATA: '354 go on', QUIT: '221 bye' };

/** Runs `use` with a server; resolves with all that the client said. */
async function withServer(
  { answers = {}, greeting = '220 mail.example ESMTP' }: Script,
  use: (port: number) => Promise<unknown>,
): Promise<string> {
  let heard = '';
  const server = createServer((socket) => {
    let inData = false;
    let rest = '';
    socket.on('error', () => undefined);
    if (greeting !== null) socket.write(`${greeting}\r\n`);
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (inData && line !== '.') continue;
        const own = Object.entries(answers).find(([begin]) => line.startsWith(begin))?.[1];
        const usual = inData ? '250 queued as 4711' : (usualAnswers[line.slice(0, 4)] ?? '250 ok');
        inData = line.startsWith('DATA') && own === undefined;
        socket.write(`${own ?? usual}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
  return heard;
}

test('hands the mail over, to a name that also has an IPv6 address where nothing listens', async () => {
  const heard = await withServer({}, (port) => sendMail(mail, { host: 'localhost', port }, 5000));
  assert.match(heard, /^MAIL FROM:<mha@manager\.example>/m);
  assert.match(heard, /^RCPT TO:<dba@example\.org>/m);
  assert.match(heard, /^Subject: failover of db10\r$/m);
  assert.match(heard, /^Auto-Submitted: auto-generated\r$/m);
  // A line of one dot would end the mail; SMTP doubles it.
  assert.match(heard, /first line\r\n\.\.\r\n/);
});

test('no text becomes a header, a recipient or a command', async () => {
  const hostile: Mail = {
    from: 'mha@manager.example',
    to: ['dba@example.org'],
    subject: 'x\r\nBcc: evil@example.net\r\n\r\nbody',
    text: 'y',
  };
  const heard = await withServer({}, (port) => sendMail(hostile, { host: '127.0.0.1', port }, 5000));
  assert.match(heard, /^Subject: x Bcc: evil@example\.net body\r$/m);
  assert.doesNotMatch(heard, /^Bcc:/m);
  assert.doesNotMatch(heard, /RCPT TO:<evil/);
});

test("the server's own words, its name and the recipient are in the message", async () => {
  await withServer({ answers: { RCPT: '550 5.1.1 no such mailbox' } }, (port) =>
    assert.rejects(sendMail(mail, { host: '127.0.0.1', port }, 5000), {
      kind: 'mail',
      message: `mail server 127.0.0.1:${port} did not take the mail for dba@example.org: 550 5.1.1 no such mailbox`,
    }),
  );
});

test('one recipient of two refused is a failure that says so', async () => {
  const both: Mail = { ...mail, to: ['dba@example.org', 'gone@example.org'] };
  await withServer({ answers: { 'RCPT TO:<gone': '550 gone' } }, (port) =>
    assert.rejects(sendMail(both, { host: '127.0.0.1', port }, 5000), {
      kind: 'mail',
      message: `mail server 127.0.0.1:${port} did not take the mail for gone@example.org: 550 gone`,
      hint: 'it was taken for dba@example.org',
    }),
  );
});

for (const [what, script] of [
  ['never greets', { greeting: null }],
  ['falls silent', { answers: { MAIL: '' } }],
] as const) {
  test(`a server that ${what} is given up in time`, async () => {
    const begin = performance.now();
    await withServer(script, (port) =>
      assert.rejects(sendMail(mail, { host: '127.0.0.1', port }, 300), {
        kind: 'deadline',
        message: /no answer within 0\.3 s$/,
      }),
    );
    assert.ok(performance.now() - begin < 2000);
  });
}

test('nobody listens: it says where to look', async () => {
  await assert.rejects(sendMail(mail, { host: '127.0.0.1', port: 1 }, 5000), {
    kind: 'mail',
    message: /ECONNREFUSED/,
    hint: /smtp_host/,
  });
});

test('text and HTML beside each other, the log as a file, one Message-ID', async () => {
  const heard = await withServer({}, (port) =>
    sendMail(
      {
        ...mail,
        html: '<p>x</p>',
        attachments: [{ filename: 'log\r\nX: y.txt', text: 'end' }],
        messageId: '1.2@mgr\r\nX: y',
        date: '2026-01-31T03:00:00.000Z',
      },
      { host: '127.0.0.1', port },
      5000,
    ),
  );
  for (const type of ['multipart/mixed', 'multipart/alternative', 'text/plain', 'text/html'])
    assert.match(heard, new RegExp(`^Content-Type: ${type};`, 'm'));
  assert.match(heard, /^Date: Sat, 31 Jan 2026 03:00:00 \+0000\r$/m);
  assert.doesNotMatch(heard, /^X:/m);
});

test('no login without encryption, and a server that repeats the password does not get it into our log', async () => {
  const login = { user: 'mha', password: 'hunter2' };
  const heard = await withServer({ answers: { STARTTLS: '502 what', EHLO: '250 AUTH PLAIN' } }, (port) =>
    assert.rejects(sendMail(mail, { host: '127.0.0.1', port, login }, 5000), {
      kind: 'mail',
      hint: /the login is not sent unencrypted/,
    }),
  );
  assert.doesNotMatch(heard, /AUTH/);
  const token = Buffer.from('\0mha\0hunter2').toString('base64');
  await withServer(
    { answers: { AUTH: `535 no: AUTH PLAIN ${token}, hunter2`, EHLO: '250-x\r\n250 AUTH PLAIN' } },
    (port) =>
      assert.rejects(sendMail(mail, { host: '127.0.0.1', port, login, security: 'none' }, 5000), (error: Error) => {
        assert.match(error.message, /535 no: AUTH PLAIN \(not shown\), \(not shown\)$/);
        return true;
      }),
  );
});

test('what a refusal means for another try', async () => {
  const cases = [
    ['RCPT', '550 gone', 'never'],
    ['RCPT', '451 later', 'now'],
    ['MAIL', '530 log in', 'corrected'],
    ['MAIL', '553 no such sender', 'never'],
    ['EHLO', '421 busy', 'now'],
  ] as const;
  for (const [command, answer, again] of cases) {
    await withServer({ answers: { [command]: answer, HELO: answer } }, (port) =>
      assert.rejects(sendMail(mail, { host: '127.0.0.1', port }, 5000), (error: MailFailure) => {
        assert.deepEqual(
          error.refusals.map((refusal) => [refusal.to, refusal.again]),
          [[mail.to, again]],
          answer,
        );
        return true;
      }),
    );
  }
});
