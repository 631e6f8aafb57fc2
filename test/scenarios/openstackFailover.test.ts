// A dead host in a cloud: real MHA, and real Keystone and Neutron that only the manager reaches.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { NeutronPort } from '../../src/context/OpenStack.ts';
import { APPLICATION_FILE, type Sections } from '../lab/exampleConfiguration.ts';
import { HOSTS, WRITER_ADDRESS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { mimeParts } from '../lab/mime.ts';
import { FLOATING_ADDRESS, type PortName } from '../lab/openstack/objects.ts';
import { openstackObstacle, startOpenstack, type Openstack } from '../lab/openstack/openstack.ts';
import { orSkip } from '../lab/orSkip.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import {
  clusterLab,
  hardHook,
  managerEnd,
  managerLog,
  masterFailover,
  quickManager,
  semiSynchronous,
  startManager,
} from './cluster.ts';
import { patternOf } from '../patternOf.ts';
import { testThoroughly } from '../thorough.ts';

const ask = fileURLToPath(new URL('../lab/openstack/ask.ts', import.meta.url));

describe(
  'hard failover with vip_type = openstack',
  { concurrency: false, skip: orSkip('vip_type = openstack', openstackObstacle()) },
  () => {
    let [lab, cloud]: [Lab?, Openstack?] = [];
    const cluster = (): Lab => lab ?? assert.fail('no lab');
    const service = (): Openstack => cloud ?? assert.fail('no cloud');
    before(async () => {
      lab = await clusterLab();
      cloud = await startOpenstack(lab.holder.hostInits.mgr);
      await configure({ default: { openstack_method: 'allowed-address-pair' } });
    });
    after(async () => {
      await cloud?.stop();
      await lab?.stop();
    });

    async function configure(sections: Sections): Promise<void> {
      const {
        base,
        objects: {
          applicationCredential: { id, secret },
        },
      } = service();
      const login = {
        openstack_auth_url: `${base}:5000/v3`,
        openstack_region: 'RegionOne',
        openstack_application_credential_id: id,
        openstack_application_credential_secret: secret,
      };
      await cluster().configure({
        ...quickManager,
        helper: { ...sections, default: { vip_type: 'openstack', ...login, ...sections['default'] } },
      });
    }

    /** As the cloud's administrator. */
    async function neutron<T>(method: string, path: string, change?: Readonly<Record<string, unknown>>): Promise<T> {
      const body = change === undefined ? [] : [JSON.stringify(change)];
      const { code, stdout, stderr } = await cluster().exec('mgr', [
        process.execPath,
        '--no-warnings',
        ask,
        service().base,
        method,
        `:9696/v2.0/${path}`,
        ...body,
      ]);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as T;
    }
    const port = async (name: PortName): Promise<NeutronPort> =>
      (await neutron<{ port: NeutronPort }>('GET', `ports/${service().objects.ports[name]}`)).port;
    const setPort = (name: PortName, change: Readonly<Record<string, unknown>>): Promise<unknown> =>
      neutron('PUT', `ports/${service().objects.ports[name]}`, { port: change });
    const floatingIp = async (
      change?: Readonly<Record<string, unknown>>,
    ): Promise<{ readonly port_id: string; readonly fixed_ip_address: string }> =>
      (
        await neutron<{ floatingip: { port_id: string; fixed_ip_address: string } }>(
          change === undefined ? 'GET' : 'PUT',
          `floatingips/${service().objects.floatingIp}`,
          change === undefined ? undefined : { floatingip: change },
        )
      ).floatingip;
    const pairs = async (name: PortName): Promise<string[]> =>
      (await port(name)).allowed_address_pairs.map(({ ip_address: address }) => address);

    /** The text of the one mail. Nothing is left to do but what no helper can do with a host that is gone. */
    async function theMail(): Promise<string> {
      const [mail] = await cluster().mails();
      const [text] = mimeParts(mail?.raw ?? '').leaves;
      assert.match(
        text?.text ?? '',
        patternOf(
          String.raw`^LEFT TO DO: MHA has not reached the dead master by SSH: its last writes, if no replica has `,
          String.raw`received them, are missing on the new master\nLATER: db10 is out of the cluster: .*\n\nCluster:`,
        ),
      );
      assert.match(text?.text ?? '', /Invalidated master IP address on db10/);
      return text?.text ?? '';
    }

    test(
      'allowed-address-pair: a master that nobody reaches, at a port that cannot be cut off, is not dead while ' +
        'it uses the address',
      async () => {
        await setPort('lab-db10', { port_security_enabled: false, security_groups: [] });
        await cluster().stopSshd('db10');
        cluster().freezeMysqld('db10');
        try {
          const stop = await hardHook(cluster(), 'stop');
          assert.equal(stop.code, 10, stop.stderr);
          assert.match(
            stop.stderr,
            patternOf(
              String.raw`LEFT TO DO: db10 does not answer SSH, and the writer address could not be taken away from it `,
              String.raw`\(could not release .*: OpenStack: the network lets db10 `,
              String.raw`use 192\.168\.10\.155 even so, because `,
              String.raw`port \S+ is not restricted: it has port_security_enabled = false, .*keep that host off the `,
              String.raw`network, or restrict port \S+ \(it has port_security_enabled = false\), and on db10 run "ip `,
              String.raw`addr del `,
            ),
          );
          const start = await hardHook(cluster(), 'start');
          assert.equal(start.code, 9, start.stderr);
          assert.match(
            start.stderr,
            new RegExp(
              String.raw`^mha-helper: db10 does not answer this manager, but the host with the hardware address \S+ ` +
                String.raw`answers for the writer address 192\.168\.10\.155: clients may be writing there`,
              'm',
            ),
          );
          assert.deepEqual(await cluster().vipHolders(), ['db10']);
        } finally {
          cluster().thawMysqld('db10');
          await cluster().startSshd('db10');
          await setPort('lab-db10', { port_security_enabled: true });
        }
        assert.deepEqual(await cluster().writableServers(), ['db10']);
      },
    );

    test(
      'allowed-address-pair: the host is gone: it is cut off from the address before the new master gets it, ' +
        'and the mail says so',
      async () => {
        await setPort('lab-db10', {
          allowed_address_pairs: [{ ip_address: '192.168.10.77' }, { ip_address: WRITER_ADDRESS }],
        });
        await semiSynchronous(cluster(), 'db10');
        const manager = await startManager(cluster());
        const writer = await startWriter(cluster());
        await cluster().powerOff('db10');
        assert.equal(await managerEnd(manager, 120_000), 0, await managerLog(cluster()));
        await writer.progress(20);
        await writer.stop();
        assert.equal(await lostWrites(cluster(), 'db11', writer), 0);
        assert.deepEqual(await pairs('lab-db10'), ['192.168.10.77']);
        assert.deepEqual(await pairs('lab-db11'), [WRITER_ADDRESS]);
        assert.deepEqual(await cluster().writableServers(), ['db11']);
        const log = await managerLog(cluster());
        assert.match(log, /1\/1 release the writer address 192\.168\.10\.155 on db10: done/);
        assert.match(log, /assign the writer address 192\.168\.10\.155 to db11: done/);
        assert.doesNotMatch(log, /LEFT TO DO:|return code|application-secret/);
        const mail = await theMail();
        // The report asks for 3 s; on a busy machine these services may need longer, and then it says that.
        assert.match(mail, /^Writer address now: +192\.168\.10\.155 is on db11(?:;|$)/m);
        assert.match(
          mail,
          new RegExp(
            String.raw`^ {2}db10 +writer address: (?:no|not known: Neutron \S+ \S+ did not answer within .*); takes ` +
              String.raw`writes: not known`,
            'm',
          ),
        );
      },
    );

    test('floating-ip: the host is gone: the address leads to the new master, and the mail says so', async () => {
      await cluster().resetTopology();
      await configure({
        default: {
          openstack_method: 'floating-ip',
          writer_vip_cidr: `${FLOATING_ADDRESS}/32`,
          cluster_interface: null,
        },
        db10: { cluster_interface: null },
      });
      await floatingIp({ port_id: service().objects.ports['lab-db10'] });
      await semiSynchronous(cluster(), 'db10');
      // No packet goes through this cloud: the writer stands behind its router.
      const writer = await startWriter(cluster(), { host: (await floatingIp()).fixed_ip_address });
      await cluster().powerOff('db10');
      const { code } = await masterFailover(cluster());
      assert.equal(code, 0, await managerLog(cluster()));
      await writer.stop();
      assert.equal(await lostWrites(cluster(), 'db11', writer), 0);
      const { port_id: id, fixed_ip_address: behind } = await floatingIp();
      assert.deepEqual([id, behind], [service().objects.ports['lab-db11'], HOSTS.db11.ipv4]);
      await (await startWriter(cluster(), { host: behind })).stop();
      assert.deepEqual(await cluster().writableServers(), ['db11']);
      const log = await managerLog(cluster());
      assert.match(log, /1\/1 release the writer address 203\.0\.113\.155 on db10: done/);
      assert.match(log, /assign the writer address 203\.0\.113\.155 to db11: done/);
      assert.doesNotMatch(log, /LEFT TO DO:|return code|application-secret/);
      assert.match(await theMail(), /^Writer address now: +203\.0\.113\.155 is on db11(?:;|$)/m);
    });

    testThoroughly(
      'what an operator is told of a login that is refused and of a cloud that does not answer',
      async () => {
        const pairConfiguration = { openstack_method: 'allowed-address-pair', step_timeout: '3' };
        await configure({ default: { ...pairConfiguration, openstack_application_credential_secret: 'wr0ng' } });
        const shown = await cluster().exec('mgr', ['mha-helper', 'vip', 'show', '-c', APPLICATION_FILE]);
        assert.equal(shown.code, 6, shown.stderr);
        assert.match(
          shown.stderr,
          /^ATTENTION: Keystone at http:\S+ refused the login of the application credential \S+: 401 Unauthorized: /,
        );
        assert.match(
          shown.stderr,
          /^ATTENTION: it is not known where the writer address 192\.168\.10\.155 is: no host could be asked for it$/m,
        );
        assert.doesNotMatch(shown.stderr, /wr0ng|keep that host off/);
        await configure({ default: pairConfiguration });
        await service().stop();
        const stopped = await hardHook(cluster(), 'stop');
        assert.equal(stopped.code, 10, stopped.stderr);
        assert.match(
          stopped.stderr,
          patternOf(
            String.raw`LEFT TO DO: .*Keystone at http:\S+ cannot be reached: connect `,
            String.raw`ECONNREFUSED.*"openstack port unset `,
            String.raw`--allowed-address ip-address=192\.168\.10\.155,mac-address=MAC PORT-OF-db10"`,
          ),
        );
        const status = await hardHook(cluster(), 'status');
        assert.notEqual(status.code, 0);
        assert.match(status.stderr, /^mha-helper: Keystone at http:\S+ cannot be reached/m);
      },
    );
  },
);
