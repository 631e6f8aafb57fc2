// What is used of the two libraries.
import protobufjs from 'protobufjs/light.js';

export { Client, Metadata, connectivityState, credentials, status } from '@grpc/grpc-js';
export type { ServiceError } from '@grpc/grpc-js';
export const protobuf = protobufjs;
