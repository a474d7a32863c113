import type { GatewayError } from '../spec/gateway-error.ts';
import { printable } from '../spec/printable.ts';
import type { Principal } from '../spec/snapshot.ts';
import type { Call } from './call.ts';
import type { Ingress, ParsedRequest } from './ingress/ingress.ts';

const SHOWN = 256;
const PLAIN = /^[ !#-[\]-~]*$/;

/** Of a call, what its line tells. */
export interface ToldCall
  extends Pick<Call, 'id' | 'principal' | 'warnings' | 'events' | 'attempts' | 'startedMillis' | 'overheadMillis'> {
  readonly ingress: Pick<Ingress, 'operation'>;
  readonly parsed: Pick<ParsedRequest, 'model' | 'stream'> | null;
}

const cut = (text: string): string => (text.length > SHOWN ? text.slice(0, SHOWN) : text);

/** Text of callers and providers as the log tells it: cut where it is long, and without signs that steer a terminal. */
export const told = (text: string): string => printable(cut(text));

/**
 * The access line as pino would write it for these members, level `info`, message `call`; by hand, because every call
 * writes one. Text that came from anywhere else is escaped here, so it can neither end the line nor forge a member.
 */
export function accessLine(call: ToldCall, status: number, error: GatewayError | null): string {
  const { parsed, warnings, events } = call;
  const last = events.length === 0 ? null : events[events.length - 1]!;
  let line = `{"level":30,"time":"${isoTime(Date.now())}","request_id":"${call.id}"${callerOf(call.principal)},"operation":"${call.ingress.operation}"`;
  if (parsed !== null) line += `,"model":${quoted(cut(parsed.model))}`;
  if (last !== null) line += `,"target":${quoted(last.target)}`;
  line += `,"status":${status},"attempts":${call.attempts}`;
  if (parsed !== null) line += parsed.stream ? ',"stream":true' : ',"stream":false';
  if (last !== null) {
    const cost = last.cost_usd === null ? 'null' : quoted(last.cost_usd);
    line += `,"input_tokens":${last.input_tokens},"output_tokens":${last.output_tokens},"cost_usd":${cost},"outcome":"${last.outcome}"`;
  }
  if (error !== null) {
    line += `,"error":"${error.code}"`;
    if (error.param !== undefined) line += `,"param":${quoted(cut(error.param))}`;
  }
  line += `,"total_ms":${Math.round(performance.now() - call.startedMillis)},"overhead_ms":${tenths(call.overheadMillis())}`;
  if (warnings.length > 0) line += `,"warnings":${printable(JSON.stringify(warnings))}`;
  return `${line},"msg":"call"}\n`;
}

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : printable(JSON.stringify(text)));

/** The two halves are whole numbers, whose text the engine has at hand; that of a fraction it works out each time. */
function tenths(millis: number): string {
  const rounded = Math.round(millis * 10);
  const rest = rounded % 10;
  return rest === 0 ? `${rounded / 10}` : `${(rounded - rest) / 10}.${rest}`;
}

const callers = new WeakMap<Principal, string>();

/** The part of the line that is the same for every call of a key. */
function callerOf(principal: Principal): string {
  const known = callers.get(principal);
  if (known !== undefined) return known;
  const text = `,"team":${quoted(principal.team)},"key":${quoted(principal.keyName)}`;
  callers.set(principal, text);
  return text;
}

let second = -1;
let upToSecond = '';

function isoTime(nowMillis: number): string {
  const millis = nowMillis % 1000;
  if (nowMillis - millis !== second) {
    second = nowMillis - millis;
    upToSecond = new Date(second).toISOString().slice(0, 20);
  }
  if (millis > 99) return `${upToSecond}${millis}Z`;
  return `${upToSecond}${millis > 9 ? '0' : '00'}${millis}Z`;
}
