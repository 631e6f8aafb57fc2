// Whether an answer has the form that it must have: the SDK gives nothing for what is missing, and that would mean
// "nobody".
import { Failure } from '../../errors/errors.ts';

/**
 * An empty list is an answer; no list is none, and neither is one with a member that lacks these.
 * @throws Failure `address`
 */
export function whole<T extends object>(
  operation: string,
  list: readonly T[] | undefined,
  ...members: readonly (keyof T)[]
): readonly T[] {
  const isWhole = list?.every((one) => members.every((name) => one[name] !== undefined && one[name] !== ''));
  if (list !== undefined && isWhole === true) return list;
  throw new Failure('address', `AWS: the answer to ${operation} does not have the form that it must have`, {
    hint: 'is aws_endpoint the EC2 service, and no proxy in the way?',
  });
}
