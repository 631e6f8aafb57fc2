import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ec2Failure, ec2TooLate, roleFailure, roleTooLate } from '../../../../src/adapters/ec2/failures.ts';

const named = (name: string, message: string, code?: string): Error =>
  Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });

test('a right that is missing: the operation is named, the encoded thousand characters are not', () => {
  for (const name of ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']) {
    const failure = ec2Failure(
      'AssociateAddress',
      named(name, 'You may not. Encoded authorization failure message: aBc'),
    );
    assert.equal(failure.kind, 'address');
    assert.match(failure.message, /AssociateAddress.*You may not\.$/);
    assert.match(failure.hint ?? '', /IAM policy/);
  }
});

test('credentials that are not accepted, or not there, are told apart from rights', () => {
  for (const name of ['AuthFailure', 'ExpiredToken', 'CredentialsProviderError']) {
    const failure = ec2Failure('DescribeInstances', named(name, 'no'));
    assert.match(`${failure.message} ${failure.hint ?? ''}`, /credentials/);
    assert.doesNotMatch(failure.hint ?? '', /IAM policy/);
  }
});

test('a service that is not reached: the cause keeps the code', () => {
  const failure = ec2Failure('DescribeInstances', named('Error', 'connect ECONNREFUSED', 'ECONNREFUSED'));
  assert.match(failure.hint ?? '', /aws_region.*aws_endpoint/);
  assert.equal((failure.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
});

test('no region is a matter of the configuration', () => {
  const failure = ec2Failure('DescribeInstances', new Error('Region is missing'));
  assert.deepEqual([failure.kind, failure.hint], ['config', 'set aws_region']);
});

test("anything else in the service's own words, and not too many", () => {
  assert.match(
    ec2Failure('CreateRoute', named('InvalidRouteTableID.NotFound', 'rtb-1')).message,
    /CreateRoute.*InvalidRouteTableID\.NotFound: rtb-1$/,
  );
  assert.doesNotMatch(ec2Failure('CreateRoute', new Error('odd')).message, /Error/);
  assert.ok(ec2Failure('x', new Error('y'.repeat(5000))).message.length < 400);
});

test('too late: why the last attempt failed decides what to look at', () => {
  const silent = ec2TooLate('CreateRoute', 2_500, undefined);
  assert.deepEqual([silent.kind, /within 2\.5 s/.test(silent.message)], ['deadline', true]);
  assert.match(
    ec2TooLate('x', 1000, named('RequestLimitExceeded', 'slow down')).message,
    /RequestLimitExceeded: slow down/,
  );
  assert.match(ec2TooLate('x', 1000, named('Error', 'y', 'ECONNREFUSED')).hint ?? '', /aws_endpoint/);
});

test('a role: whose fault it is', () => {
  assert.match(roleFailure('arn:r', named('AccessDenied', 'no')).message, /arn:r.*AccessDenied: no/);
  assert.match(roleFailure('arn:r', named('AccessDenied', 'no')).hint ?? '', /trust policy/);
  assert.match(roleFailure('arn:r', named('Error', 'no', 'ENOTFOUND')).hint ?? '', /STS/);
  assert.doesNotMatch(roleFailure('arn:r', named('CredentialsProviderError', 'none')).message, /arn:r/);
  assert.equal(roleTooLate('arn:r', 3000).kind, 'deadline');
});
