import { createServer } from 'node:http';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';

/** Whoever says nothing, or says it slowly, is left. */
const patience = { requestTimeout: 5000, headersTimeout: 5000, connectionsCheckingInterval: 1000 };
const mostClients = 100;

/** Prometheus' text format, on request. */
export async function serveMetrics(
  { host, port }: { host: string; port: number },
  text: () => string,
): Promise<() => void> {
  const server = createServer(patience, (request, response) => {
    const found = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(found ? text() : 'see /metrics\n');
  });
  server.maxConnections = mostClients;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new Failure('environment', `cannot serve metrics on ${host}:${port}: ${errorText(error)}`, { cause: error }),
      ),
    );
    server.listen(port, host, resolve);
  });
  server.on('error', () => undefined);
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
