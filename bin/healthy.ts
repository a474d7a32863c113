/** The health check of the container image: exits with 0 when the data plane of this machine answers. */
import { request } from 'node:http';

const PATIENCE_MILLIS = 4_000;

const asked = request({
  host: '127.0.0.1',
  port: Number(process.env.TOLLGATE_PORT || 4000),
  path: '/healthz',
  timeout: PATIENCE_MILLIS,
});
asked.once('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
asked.once('timeout', () => process.exit(1));
asked.once('error', () => process.exit(1));
asked.end();
