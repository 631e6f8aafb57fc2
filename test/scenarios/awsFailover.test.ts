// A dead host in Amazon's cloud: real MHA, and moto's EC2, which only the manager reaches.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { HOSTS, WRITER_ADDRESS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import type { CommandOutcome, RunningCommand } from '../lab/hostCommand.ts';
import { mimeParts } from '../lab/mime.ts';
import { motoObstacle, startMoto, type Moto } from '../lab/moto.ts';
import { orSkip } from '../lab/orSkip.ts';
import { waitUntil } from '../lab/processes.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import {
  clusterLab,
  hardHook,
  managerEnd,
  managerLog,
  quickManager,
  semiSynchronous,
  startManager,
} from './cluster.ts';
import { patternOf } from '../patternOf.ts';

const program = (name: string): string => fileURLToPath(new URL(`../lab/${name}.ts`, import.meta.url));
const [motoPort, port] = [4566, 4567];

describe(
  'hard failover with vip_type = aws',
  { concurrency: false, skip: orSkip('vip_type = aws', motoObstacle()) },
  () => {
    let [lab, moto, front]: [Lab?, Moto?, RunningCommand?] = [];
    let interfaces: readonly string[] = [];
    const cluster = (): Lab => lab ?? assert.fail('no lab');
    before(async () => {
      lab = await clusterLab();
      moto = await startMoto(motoPort, lab.holder.hostInits.mgr);
      front = lab.spawn('mgr', [
        process.execPath,
        '--no-warnings',
        program('ec2Front'),
        String(port),
        String(motoPort),
      ]);
      await waitUntil(
        'the front of moto to listen',
        20_000,
        async () => (await cluster().exec('mgr', ['ss', '-Hlnt', `sport = :${port}`])).stdout !== '',
      );
      await lab.writeFile('mgr', {
        path: '/root/.aws/credentials',
        content: '[default]\naws_access_key_id = test\naws_secret_access_key = test\n',
        mode: '600',
      });
      interfaces = await ec2('make', WRITER_ADDRESS, HOSTS.db10.ipv4, HOSTS.db11.ipv4, HOSTS.db12.ipv4);
    });
    after(async () => {
      front?.kill('SIGKILL');
      await moto?.stop();
      await lab?.stop();
    });

    async function ec2(...words: readonly string[]): Promise<readonly string[]> {
      const { code, stdout, stderr } = await cluster().exec('mgr', [
        process.execPath,
        '--no-warnings',
        program('ec2Objects'),
        `http://127.0.0.1:${motoPort}`,
        ...words,
      ]);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as string[];
    }

    const usual = {
      vip_type: 'aws',
      aws_method: 'private-ip',
      aws_region: 'eu-west-1',
      aws_endpoint: `http://127.0.0.1:${port}`,
    };
    const configure = (
      more: Readonly<Record<string, string>> = {},
      db11: Readonly<Record<string, string>> = {},
    ): Promise<void> => cluster().configure({ ...quickManager, helper: { default: { ...usual, ...more }, db11 } });

    test('check: all is there; a network interface that is not there is one line each time', async () => {
      const check = (): Promise<CommandOutcome> =>
        cluster().exec('mgr', ['mha-helper', 'check', '--quick', '-c', APPLICATION_FILE]);
      await configure();
      const well = await check();
      assert.equal(well.code, 0, well.stdout);
      assert.match(well.stdout, /^ {2}OK {7}SSH works, and what vip_type = aws needs is there, eth10 too$/m);
      assert.match(well.stdout, /^ {2}OK {7}the writer address 192\.168\.10\.155 is on db10, the master$/m);
      await configure({}, { aws_network_interface_id: 'eni-00000000000000000' });
      const wrong = await check();
      await configure();
      assert.equal(wrong.code, 6, wrong.stdout);
      const line =
        'AWS: there is no network interface for db11 \\(aws_network_interface_id = eni-0{17}\\) in this ' +
        'region and account -- set aws_network_interface_id for db11 in /etc/mha-helper/test_cluster\\.conf; .*';
      assert.match(wrong.stdout, new RegExp(`^ {2}ERROR {4}${line}$`, 'm'));
      assert.match(
        wrong.stdout,
        new RegExp(
          `^ {2}ERROR {4}it is not known whether db11 has the writer address 192\\.168\\.10\\.155: ` +
            `${line}\nNOT READY: 2 errors, `,
          'm',
        ),
      );
    });

    test('the host is gone: EC2 takes the address away from it, and exit code and mail say so', async () => {
      await semiSynchronous(cluster(), 'db10');
      const manager = await startManager(cluster());
      const writer = await startWriter(cluster());
      await cluster().powerOff('db10');
      assert.equal(await managerEnd(manager, 120_000), 0, await managerLog(cluster()));
      // In EC2 the network itself knows who has an address, and nobody is told. The lab's clients remember the old
      // host's hardware address.
      await cluster().exec('app', ['ip', 'neigh', 'flush', 'to', WRITER_ADDRESS]);
      await writer.progress(20);
      await writer.stop();
      assert.equal(await lostWrites(cluster(), 'db11', writer), 0);
      assert.deepEqual(await ec2('holders', WRITER_ADDRESS), [interfaces[1]]);
      assert.deepEqual(await cluster().writableServers(), ['db11']);
      const log = await managerLog(cluster());
      assert.match(
        log,
        patternOf(
          String.raw`db10 does not answer SSH \(.*\): AWS takes the writer address 192\.168\.10\.155 away from it; on `,
          String.raw`the host itself nothing is done`,
        ),
      );
      assert.match(log, /1\/1 release the writer address 192\.168\.10\.155 on db10: done/);
      assert.match(log, /2\/\d assign the writer address 192\.168\.10\.155 to db11: done/);
      assert.doesNotMatch(log, /LEFT TO DO:|return code 10|mha-helper: /);
      const [mail, ...others] = await cluster().mails();
      assert.equal(others.length, 0);
      const [text] = mimeParts(mail?.raw ?? '').leaves;
      assert.match(text?.text ?? '', /Invalidated master IP address on db10/);
      assert.match(text?.text ?? '', /Writer address now: +192\.168\.10\.155 is on db11\n/);
    });

    test('EC2 does not answer either: stop says what is left to do, start does not open a second master', async () => {
      front?.kill('SIGKILL');
      await configure({ step_timeout: '3' });
      const stop = await hardHook(cluster(), 'stop');
      assert.equal(stop.code, 10, stop.stderr);
      assert.match(
        stop.stderr,
        patternOf(
          String.raw`LEFT TO DO: db10 does not answer SSH, and the writer address could not be taken away from it `,
          String.raw`\(.*AWS: .*\), so the writer address 192\.168\.10\.155 was not removed there: keep that host off `,
          String.raw`the network, or in AWS unassign`,
        ),
      );
      await configure({ step_timeout: '3', unreachable_master: 'abort' });
      await cluster().sql('db11', 'SET GLOBAL read_only=1');
      const start = await hardHook(cluster(), 'start');
      assert.equal(start.code, 9, start.stderr);
      assert.match(
        start.stderr,
        new RegExp(
          String.raw`^mha-helper: db10 does not answer, and the writer address ` +
            String.raw`192\.168\.10\.155 could not be taken away ` +
            String.raw`from db10 \(.*\): clients may be writing there, and there ` +
            String.raw`would be two masters -- switch db10 off`,
          'm',
        ),
      );
      assert.deepEqual(await cluster().writableServers(), []);
    });
  },
);
