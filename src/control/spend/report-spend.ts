import { z } from 'zod';
import { GatewayError } from '../../spec/gateway-error.ts';
import { type SpendDimension, spendDimensions } from '../../spec/store.ts';
import type { ControlApp, ControlDependencies } from '../http/dependencies.ts';
import { errorSchema } from '../http/error-schema.ts';
import { periodParameters, readPeriod } from './period.ts';
import { spendCsv } from './spend-csv.ts';
import { spendReportSchema } from './spend-schema.ts';

const querystring = z.strictObject({
  by: z
    .string()
    .max(256)
    .default('team')
    .describe(`Comma-separated, of ${spendDimensions.join(', ')}`),
  bucket: z.enum(['hour', 'day', 'week', 'month']).optional().describe('Also group by time'),
  format: z.enum(['json', 'csv']).default('json'),
  ...periodParameters,
});

const answers = {
  description: 'The sums of ledger rows',
  content: { 'application/json': { schema: spendReportSchema }, 'text/csv': { schema: z.string() } },
};

export function spendRoute(app: ControlApp, deps: ControlDependencies): void {
  const schema = { summary: 'Sum what was spent', querystring, response: { 200: answers, '4xx': errorSchema } };
  app.get('/admin/v1/spend', { schema }, async (request, reply) => {
    const { bucket, timezone, format } = request.query;
    const by = readDimensions(request.query.by);
    const period = readPeriod(request.query, deps.nowMillis?.() ?? Date.now());
    const { rows, total } = await deps.store.spend({ by, ...period, bucket: bucket ?? null, timezone });
    if (format === 'json') return reply.type('application/json; charset=utf-8').send({ rows: [...rows], total });
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="spend.csv"')
      .send(spendCsv(bucket === undefined ? by : ['bucket', ...by], rows));
  });
}

function readDimensions(text: string): readonly SpendDimension[] {
  const by = text.split(',').map(name => {
    const dimension = spendDimensions.find(known => known === name.trim());
    if (dimension === undefined) {
      throw invalid(`expected names out of ${spendDimensions.join(', ')}, separated by commas`);
    }
    return dimension;
  });
  if (new Set(by).size < by.length) throw invalid('expected each name once');
  return by;
}

const invalid = (what: string) => new GatewayError('invalid_value', { message: `"by": ${what}.`, param: 'by' });
