import { pipeline } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { z } from 'zod';
import { GatewayError } from '../../spec/gateway-error.ts';
import { clientTimes } from '../../spec/limits.ts';
import { programVersion } from '../health/program-version.ts';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { errorSchema } from '../http/error-schema.ts';
import { backupFileName } from './file-name.ts';

const answer = {
  description: 'An archive of configuration and ledger',
  content: { 'application/gzip': { schema: z.unknown() } },
};
const AGAIN_SECONDS = 60;

/**
 * Streams a backup. What goes wrong after its first byte can only be told by cutting it, so whoever stores it has to
 * look for its end, as `tollgate backup` does.
 */
export function backupRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'Make a backup', response: { 200: answer, '4xx': errorSchema } };
  let running = false;
  // HEAD would make one and throw it away.
  app.get('/admin/v1/backup', { schema, exposeHeadRoute: false }, async (request, reply) => {
    if (running) {
      const message = 'This node is making a backup already. Try again when it is done.';
      throw new GatewayError('overloaded', { message, retryAfter: AGAIN_SECONDS });
    }
    running = true;
    reply.raw.once('close', () => {
      running = false;
    });
    await deps.flushLedger();
    const rows = await deps.store.backup(programVersion());
    // The fastest level: on two cores a better one takes from the calls what it saves on disk.
    const packed = pipeline(rows, createGzip({ level: constants.Z_BEST_SPEED }), error => {
      if (error) deps.logger.error({ request_id: request.id, detail: error.message }, 'the backup was cut');
    });
    // A reader that stands still would hold the snapshot, and with it every row that was replaced since.
    reply.raw.setTimeout(deps.readerStallMillis ?? clientTimes.readerStall, () => reply.raw.destroy());
    return reply
      .type('application/gzip')
      .header('content-disposition', `attachment; filename="${backupFileName(new Date())}"`)
      .send(packed);
  });
}
