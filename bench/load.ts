import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { unlessInstalled } from './installed.ts';
import { built, searchPath } from './places.ts';

const run = promisify(execFile);

/** What the load generators print; times in micros. */
const Report = z.object({
  requests: z.number(),
  rps: z.number(),
  errors: z.number(),
  p50: z.number(),
  p99: z.number(),
  /** First byte of the body; only `lg` knows it. */
  ttfb50: z.number().optional(),
});
export type LoadReport = z.output<typeof Report>;

export interface Load {
  readonly port: number;
  /** `name: value`, beside the key that every call bears. */
  readonly headers: readonly string[];
  /** With the query, where there is one. */
  readonly path: string;
  /** File with the body of every request. */
  readonly body: string;
  /** `wrk` for closed loops of whole answers, `lg` for streams, fixed rates and one connection. */
  readonly tool: 'wrk' | 'lg';
  readonly connections: number;
  /** Requests per second of an open loop; 0 for a closed one. */
  readonly rate: number;
  readonly seconds: number;
}

/** Loads a contender from the other core. Throws when any request went wrong: such a row would compare refusals. */
export async function load(plan: Load): Promise<LoadReport> {
  const url = `http://127.0.0.1:${plan.port}${plan.path}`;
  const wrk = plan.tool === 'wrk' && wrkMissing === null;
  const command = wrk
    ? ['wrk', '-t1', `-c${plan.connections}`, `-d${plan.seconds}s`, '--timeout', '10s', '-s', script, url]
    : [built('lg'), plan.port, plan.path, plan.body, plan.connections, plan.seconds, plan.rate];
  const headers = wrk ? [] : plan.headers;
  const { stdout } = await run('taskset', ['-c', '1', ...command, ...headers].map(String), {
    env: { PATH: searchPath, BODY: plan.body, HDRS: plan.headers.join('|') },
  });
  const json = /^(?:JSON)?(\{.*\})$/m.exec(stdout)?.[1];
  if (json === undefined) throw new Error(`the load generator says: ${stdout}`);
  const report = Report.parse(JSON.parse(json));
  if (report.errors > 0) throw new Error(`${report.errors} of ${report.requests + report.errors} requests went wrong`);
  if (report.requests === 0) throw new Error('no request was answered');
  return report;
}

/** Without wrk its scenarios are loaded by `lg`, which costs the other core more. */
export const wrkMissing = unlessInstalled('wrk');

const script = join(import.meta.dirname, 'load/post.lua');
