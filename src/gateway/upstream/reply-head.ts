import { limits } from '../../spec/limits.ts';
import type { Call } from '../call.ts';

const COMMON = ['cache-control', 'no-store', 'x-content-type-options', 'nosniff'] as const;
const STREAM = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-store, no-transform',
  'x-accel-buffering',
  'no',
  'x-content-type-options',
  'nosniff',
] as const;

/** Headers every answer of a call carries: built from nothing, so that no provider header slips through. */
function ours(call: Call): string[] {
  const headers = ['x-request-id', call.id, 'x-tollgate-attempts', String(call.attempts)];
  headers.push('x-tollgate-overhead-ms', call.overheadMillis().toFixed(1));
  if (call.warnings.length > 0) headers.push('x-tollgate-warnings', warningsHeader(call));
  return headers;
}

/** JSON in ASCII, cut at whole warnings so that it stays a header that every proxy takes. */
function warningsHeader(call: Call): string {
  const ascii = (text: string) =>
    text.replace(/[\u007f-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const fitting = [...call.warnings];
  while (JSON.stringify(fitting).length > limits.headerValueLength) fitting.pop();
  return ascii(JSON.stringify(fitting));
}

export interface ReplyFacts {
  /** Null where headers leave before a target was found. */
  readonly target: string | null;
  readonly upstreamRequestId: string | null;
  /** `unknown` when the price is unknown; absent where it is not known yet. */
  readonly cost?: string;
}

const facts = (reply: ReplyFacts): string[] => {
  const headers: string[] = [];
  if (reply.target !== null) headers.push('x-tollgate-target', reply.target);
  if (reply.upstreamRequestId !== null) headers.push('x-tollgate-upstream-request-id', reply.upstreamRequestId);
  if (reply.cost !== undefined) headers.push('x-tollgate-cost-usd', reply.cost);
  return headers;
};

/** Sends a whole JSON answer in one write. */
export function sendJson(
  call: Call,
  status: number,
  body: Buffer,
  reply: ReplyFacts,
  more: readonly string[] = [],
): void {
  if (call.gone) return;
  call.headSent = true;
  call.response.writeHead(status, [
    'content-type',
    'application/json',
    'content-length',
    String(body.length),
    ...COMMON,
    ...ours(call),
    ...facts(reply),
    ...more,
  ]);
  call.response.end(body);
}

/** Opens an event stream: from here on errors can only be events. */
export function openEventStream(call: Call, reply: ReplyFacts): void {
  if (call.headSent || call.gone) return;
  call.headSent = true;
  call.response.writeHead(200, [...STREAM, ...ours(call), ...facts(reply)]);
}
