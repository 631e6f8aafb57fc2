// As whom EC2 is asked (a profile, a role, the manager's instance), and which instance a host is.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ec2Fixture } from './ec2Fixture.ts';
import { patternOf } from '../patternOf.ts';

export function awsIdentityTests({
  proxy,
  provider,
  vipHost,
  holders,
  places,
  reset,
  instance,
  withEnvironment,
  withUser,
}: ReturnType<typeof ec2Fixture>): void {
  test(
    'aws_profile: its credentials, not those of the environment, and its region where AWS_REGION is not set; ' +
      'one that is not there is refused',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'mha-aws-'));
      const [config, credentials] = [join(directory, 'config'), join(directory, 'credentials')];
      writeFileSync(config, '[profile writer]\nregion = eu-north-1\n');
      writeFileSync(credentials, '[writer]\naws_access_key_id = AKIAOFTHEPROFILE\naws_secret_access_key = s\n');
      try {
        await withEnvironment(
          { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials, AWS_REGION: undefined },
          async () => {
            proxy().behave();
            await provider('elastic-ip')
              .holds(
                vipHost('elastic-ip', 'db10', {
                  aws_profile: 'writer',
                  aws_network_interface_id: 'eni-00000000000000000',
                }),
              )
              .catch(() => false);
            assert.deepEqual(proxy().signers(), ['AKIAOFTHEPROFILE/eu-north-1']);
            await assert.rejects(
              provider('elastic-ip').holds(
                vipHost('elastic-ip', 'db10', { aws_profile: 'writr', aws_region: 'eu-west-1' }),
              ),
              { kind: 'address', message: /^AWS: no credentials: .*\bprofile: \[writr\]/ },
            );
            assert.deepEqual(proxy().signers(), []);
          },
        );
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );

  test(
    'aws_role_arn: EC2 is asked with the keys of the role only, assumed once; a role that is refused, and STS ' +
      'that hangs or cannot be asked',
    async () => {
      const role = { aws_role_arn: 'arn:aws:iam::123456789012:role/writer-address' };
      await reset('elastic-ip')();
      await withEnvironment({ AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${proxy().port}` }, async () => {
        const aws = provider('elastic-ip');
        proxy().misbehave('AssumeRole', 'throttles');
        await aws.assign(vipHost('elastic-ip', 'db10', role));
        assert.equal(await aws.holds(vipHost('elastic-ip', 'db10', role)), true);
        assert.match(proxy().signers().join(), /^test\/eu-west-1,ASIA\w+\/eu-west-1$/);
        const asked = proxy().operations();
        assert.deepEqual([asked.lastIndexOf('AssumeRole'), asked.includes('AssociateAddress')], [1, true]);
        await withUser(
          { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }] },
          async () => {
            await assert.rejects(provider('elastic-ip').assign(vipHost('elastic-ip', 'db10', role)), {
              kind: 'address',
              message: patternOf(
                String.raw`^AWS: the role arn:aws:iam::123456789012:role\/writer-address cannot be assumed: `,
                String.raw`AccessDenied: User: \S+ is not authorized to perform: sts:AssumeRole`,
              ),
            });
          },
        );
        assert.deepEqual(proxy().operations(), ['AssumeRole']);
        proxy().misbehave('AssumeRole', 'hangs');
        await assert.rejects(
          provider('elastic-ip').holds(vipHost('elastic-ip', 'db10', { ...role, step_timeout: '1' })),
          { kind: 'deadline', message: `AWS: the role ${role.aws_role_arn} could not be assumed within 1 s` },
        );
      });
      await withEnvironment({ AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }, async () => {
        await assert.rejects(provider('elastic-ip').holds(vipHost('elastic-ip', 'db10', role)), {
          kind: 'address',
          message: `AWS: the role ${role.aws_role_arn} cannot be assumed: connect ECONNREFUSED 127.0.0.1:1`,
        });
      });
    },
  );

  test('the role of the instance that the manager is', async () => {
    await withEnvironment(
      {
        AWS_ACCESS_KEY_ID: undefined,
        AWS_EC2_METADATA_DISABLED: undefined,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${proxy().port}`,
      },
      async () => {
        proxy().behave();
        await provider('elastic-ip').holds(vipHost('elastic-ip', 'db10'));
        assert.deepEqual(proxy().signers(), ['test-key/eu-west-1']);
      },
    );
  });

  test('aws_instance_id: its first network interface gets the address; an instance that is not there', async () => {
    await reset('private-ip')();
    const { id, first } = await instance();
    await provider('private-ip').assign(vipHost('private-ip', 'db10', { aws_instance_id: id }));
    assert.deepEqual(await places('private-ip'), [first]);
    await reset('private-ip')();
    await assert.rejects(
      provider('private-ip').assign(vipHost('private-ip', 'db10', { aws_instance_id: 'i-00000000000000000' })),
      {
        kind: 'address',
        message:
          'AWS: there is no network interface for db10 (aws_instance_id = i-00000000000000000) in this ' +
          'region and account',
      },
    );
    assert.deepEqual(await holders('private-ip')(), []);
  });
}
