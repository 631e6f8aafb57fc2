// Where the build reads and writes, and which node binary goes into the executable.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
export const distDirectory = join(root, 'dist');
export const bundlePath = join(distDirectory, 'mha-helper.cjs');
export const awsSdkPath = join(distDirectory, 'mha-helper-aws-sdk.cjs');
export const grpcPath = join(distDirectory, 'mha-helper-grpc.cjs');
export const executablePath = join(distDirectory, 'mha-helper');

/** The Node LTS binary from the npm package for this machine's processor. */
export function nodeBinary(): string {
  const path = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (!existsSync(path))
    throw new Error(`there is no ${path}: only x64 and arm64 are supported, and "npm ci" must have run`);
  return path;
}
