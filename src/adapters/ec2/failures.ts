// What the AWS SDK throws, in one line that says what to do.
import { Failure } from '../../errors/errors.ts';
import { errorText, ifAny } from '../../errors/message.ts';

const notAccepted = new Set([
  'AuthFailure',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
]);
const credentialsHint = 'give the user that runs MHA credentials (role of this instance, or a profile: aws_profile)';
const noWayToSts = 'is the network open to the STS service of aws_region?';
const unreachableHint = 'are aws_region and aws_endpoint right, and is the network open to it?';

/**
 * Our limit has ended it.
 * @param failedBy why the last attempt before that failed; undefined: none did, the service has not answered
 */
export function ec2TooLate(operation: string, limitMs: number, failedBy: unknown): Failure {
  const late = `AWS: ${operation} did not succeed within ${Math.round(limitMs) / 1000} s`;
  if (failedBy === undefined)
    return new Failure('deadline', late, { hint: 'is the EC2 service slow? raise step_timeout, if need be' });
  const name = failedBy instanceof Error && !/^(?:Error|TypeError)$/.test(failedBy.name) ? `${failedBy.name}: ` : '';
  return new Failure('deadline', `${late}: ${name}${textOf(failedBy)}`, {
    hint:
      codeOf(failedBy) === undefined
        ? 'is the EC2 service in trouble, or throttling this account? raise step_timeout, if need be'
        : unreachableHint,
    cause: failedBy,
  });
}

export function ec2Failure(operation: string, error: unknown): Failure {
  const said = textOf(error);
  const name = error instanceof Error ? error.name : '';
  const code = codeOf(error);
  if (name === 'UnauthorizedOperation' || name === 'AccessDenied' || name === 'AccessDeniedException') {
    return new Failure('address', `AWS: ${operation} is not allowed: ${said}`, {
      hint: 'the IAM policy must give this right; the documents in /usr/share/doc/mha-helper have one that is enough',
      cause: error,
    });
  }
  if (notAccepted.has(name))
    return new Failure('address', `AWS: ${operation}: the credentials are not accepted: ${name}: ${said}`, {
      hint: credentialsHint,
      cause: error,
    });
  if (isNoCredentials(name))
    return new Failure('address', `AWS: no credentials: ${said}`, { hint: credentialsHint, cause: error });
  if (/region is missing/i.test(said))
    return new Failure('config', 'AWS: no region is set', { hint: 'set aws_region', cause: error });
  if (code !== undefined)
    return new Failure('address', `AWS: the EC2 service cannot be reached (${operation}): ${said}`, {
      hint: unreachableHint,
      cause: error,
    });
  return new Failure('address', `AWS: ${operation} failed: ${ifAny('', ownName(name), ': ')}${said}`, { cause: error });
}

/** The role cannot be assumed; without credentials of one's own it was not tried. */
export function roleFailure(role: string, error: unknown): Failure {
  const name = error instanceof Error ? error.name : '';
  if (isNoCredentials(name)) return ec2Failure('AssumeRole', error);
  return new Failure(
    'address',
    `AWS: the role ${role} cannot be assumed: ${ifAny('', ownName(name), ': ')}${textOf(error)}`,
    {
      hint:
        codeOf(error) === undefined
          ? "do the credentials have the right sts:AssumeRole, and does the role's trust policy name them? see " +
            'aws_role_arn'
          : noWayToSts,
      cause: error,
    },
  );
}

/** Our limit has ended it while STS was asked. */
export function roleTooLate(role: string, limitMs: number): Failure {
  return new Failure('deadline', `AWS: the role ${role} could not be assumed within ${Math.round(limitMs) / 1000} s`, {
    hint: noWayToSts,
  });
}

const isNoCredentials = (name: string): boolean => /^(CredentialsProviderError|TokenProviderError)$/.test(name);

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? code : undefined;
}

/** Without the encoded authorisation message, which is a thousand characters that nobody can read. */
function textOf(error: unknown): string {
  const text = errorText(error).replace(/\s*Encoded authorization failure message:.*$/s, '');
  return text.length > 300 ? `${text.slice(0, 297)}...` : text;
}

/** The name of an error, where it says more than that it is one. */
function ownName(name: string): string {
  return name === 'Error' ? '' : name;
}
