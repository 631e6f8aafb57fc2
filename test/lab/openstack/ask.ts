// node ask.ts BASE METHOD PATH [BODY]: one request as the cloud's administrator, for those who reach the cloud only
// from another network. Prints JSON.
import { ACCOUNTS } from './objects.ts';
import { restClient, type Json } from './restClient.ts';

const [base = '', method = 'GET', path = '', body] = process.argv.slice(2);
const admin = await restClient(base, ACCOUNTS.admin);
console.log(
  JSON.stringify(await admin.call(method, path, body === undefined ? undefined : (JSON.parse(body) as Json))),
);
