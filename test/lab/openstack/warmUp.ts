// node warmUp.ts BASE: the first requests to a service take seconds, in which it loads what it needs.
import { ACCOUNTS } from './objects.ts';
import { restClient } from './restClient.ts';

const client = await restClient(process.argv[2] ?? '', ACCOUNTS.member);
await client.call('GET', ':9696/v2.0/ports');
