import { answerHeaders } from '../../spec/limits.ts';
import type { Call } from '../call.ts';
import type { ClientDialect } from '../ingress/client-dialect.ts';
import { asciiJson } from './fitting-warnings.ts';

const { 'cache-control': STORE, 'x-content-type-options': SNIFF, 'content-security-policy': POLICY } = answerHeaders;
/** Whatever a provider answers is no page of ours: nothing in it runs or is loaded where a browser shows it. */
const INERT = `x-content-type-options: ${SNIFF}\r\ncontent-security-policy: ${POLICY}\r\nx-request-id: `;
/** Of every answer in JSON; its request id and a line end follow. */
export const JSON_HEAD = `content-type: application/json\r\ncache-control: ${STORE}\r\n${INERT}`;
/** `no-transform` and `no` keep proxies from collecting a stream. */
const streamHead = (contentType: string): string =>
  `content-type: ${contentType}\r\ncache-control: ${STORE}, no-transform\r\nx-accel-buffering: no\r\n${INERT}`;
const EVENTS_HEAD = streamHead('text/event-stream; charset=utf-8');

/** The request id that ends the beginning of a head, also under the name that this dialect's clients know. */
export const idLines = (id: string, { idHeader }: ClientDialect): string =>
  idHeader === null ? `${id}\r\n` : `${id}\r\n${idHeader}: ${id}\r\n`;

/** Headers every answer of a call carries: built from nothing, so that no provider header slips through. */
function ours(call: Call): string {
  const head = `${idLines(call.id, call.ingress.client)}x-tollgate-attempts: ${call.attempts}\r\nx-tollgate-overhead-ms: ${tenths(call.overheadMillis())}\r\n`;
  return call.warnings.length === 0 ? head : `${head}x-tollgate-warnings: ${asciiJson(call.warnings)}\r\n`;
}

/** Millis with one decimal; several times faster than `toFixed`. */
function tenths(millis: number): string {
  const whole = Math.round(millis * 10);
  return `${Math.trunc(whole / 10)}.${whole % 10}`;
}

const ascii = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

export interface ReplyFacts {
  /** Null where headers leave before a target was found. */
  readonly target: string | null;
  readonly upstreamRequestId: string | null;
  /** `unknown` when the price is unknown; absent where it is not known yet. */
  readonly cost?: string;
}

function factLines(reply: ReplyFacts): string {
  let lines = '';
  if (reply.target !== null) lines = `x-tollgate-target: ${ascii(reply.target)}\r\n`;
  if (reply.upstreamRequestId !== null) lines += `x-tollgate-upstream-request-id: ${reply.upstreamRequestId}\r\n`;
  if (reply.cost !== undefined) lines += `x-tollgate-cost-usd: ${reply.cost}\r\n`;
  return lines;
}

/** Sends a whole JSON answer in one write. `more` are further header lines. */
export function sendJson(call: Call, status: number, body: Buffer, reply: ReplyFacts, more = ''): void {
  if (call.gone) return;
  call.headSent = true;
  call.exchange.answer(status, JSON_HEAD + ours(call) + factLines(reply) + more, body);
}

/** Opens an event stream: from here on errors can only be events. The head leaves with the first bytes. */
export function openEventStream(call: Call, reply: ReplyFacts): void {
  if (call.headSent || call.gone) return;
  call.headSent = true;
  const { streamType } = call.ingress.client;
  const head = streamType === undefined ? EVENTS_HEAD : streamHead(streamType);
  call.exchange.open(200, head + ours(call) + factLines(reply));
}
