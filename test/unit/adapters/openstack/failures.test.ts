import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isPassingStatus,
  keystoneFailure,
  neutronFailure,
  PassingFailure,
} from '../../../../src/adapters/openstack/failures.ts';
import type { HttpAnswer } from '../../../../src/adapters/openstack/jsonHttp.ts';

const answer = (status: number, json?: unknown, reason = 'Reason'): HttpAnswer => ({
  status,
  reason,
  json,
  header: () => undefined,
});
const neutron = (status: number, type: string, message: string) =>
  neutronFailure(answer(status, { NeutronError: { type, message } }), 'https://n', 'change port p');

test("Neutron's own word and reason, in one line", () => {
  const failure = neutron(409, 'RevisionNumberConstraintFailed', 'a\nb');
  assert.equal(failure.kind, 'address');
  assert.match(failure.message, /https:\/\/n .*change port p.*409 RevisionNumberConstraintFailed: a b$/);
  assert.equal(failure.hint, undefined);
});

test('what an operator can do about it, where it is known', () => {
  assert.match(neutron(403, 'PolicyNotAuthorized', 'x').hint ?? '', /update_port:allowed_address_pairs/);
  assert.match(neutron(404, 'ExternalGatewayForFloatingIPNotFound', 'x').hint ?? '', /router/);
  assert.match(neutron(404, 'PortNotFound', 'x').hint ?? '', /another project/);
  assert.match(neutron(500, '', 'x').hint ?? '', /Neutron/);
});

test("a proxy's page instead of an answer has at least its status", () => {
  const failure = neutronFailure(answer(502), 'https://n', 'change port p');
  assert.match(failure.message, /502 Reason/);
});

test('a login that is refused is not one that could not be tried', () => {
  const refused = keystoneFailure(
    answer(401, { error: { message: 'wrong', title: 'Unauthorized' } }),
    'https://k',
    'mha',
  );
  assert.match(refused.message, /mha.*401 Unauthorized: wrong$/);
  assert.match(refused.hint ?? '', /password/);
  assert.ok(!(refused instanceof PassingFailure));
  assert.match(keystoneFailure(answer(404), 'https://k', 'mha').hint ?? '', /v3/);
});

test('what may be otherwise in a moment', () => {
  for (const status of [429, 502, 503, 504]) {
    assert.ok(isPassingStatus(status));
    assert.ok(keystoneFailure(answer(status), 'https://k', 'mha') instanceof PassingFailure);
  }
  for (const status of [200, 400, 401, 404, 409, 500]) assert.ok(!isPassingStatus(status));
});
