import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { ToldCall } from '../../src/gateway/access-line.ts';
import { CallLog } from '../../src/gateway/call-log.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Principal } from '../../src/spec/snapshot.ts';
import { usageEvent } from '../store/ledger/usage-event.ts';

function opened(level = 'info') {
  const lines: string[] = [];
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: text => lines.push(text) },
  );
  return { lines, logger, log: new CallLog(logger) };
}

const principal: Principal = {
  keyId: 'k',
  keyName: 'web',
  organization: 'default',
  team: 'search',
  consumer: '',
  models: ['*'],
  expiresAtMillis: Number.POSITIVE_INFINITY,
  storesResponses: false,
};

const callWith = (changes: Partial<ToldCall> = {}): ToldCall => ({
  id: '01a20b84-ab91-719a-bbca-af94155e7300',
  principal: { ...principal },
  ingress: { operation: 'chat' },
  parsed: { model: 'fast', stream: false },
  warnings: [],
  events: [],
  attempts: 0,
  startedMillis: performance.now() - 12,
  overheadMillis: () => 0.3,
  ...changes,
});

/** What pino writes for the members that the access line names, in their order. */
function byPino(call: ToldCall, status: number, error: GatewayError | null): string {
  const { lines, logger } = opened();
  const last = call.events.at(-1);
  logger.info(
    {
      request_id: call.id,
      team: call.principal.team,
      key: call.principal.keyName,
      operation: call.ingress.operation,
      model: call.parsed === null ? undefined : call.parsed.model.slice(0, 256),
      target: last?.target,
      status,
      attempts: call.attempts,
      stream: call.parsed?.stream,
      input_tokens: last?.input_tokens,
      output_tokens: last?.output_tokens,
      cost_usd: last?.cost_usd,
      outcome: last?.outcome,
      error: error?.code,
      param: error?.param,
      total_ms: 0,
      overhead_ms: Number(call.overheadMillis().toFixed(1)),
      warnings: call.warnings.length === 0 ? undefined : call.warnings,
    },
    'call',
  );
  return lines[0]!;
}

const members = (line: string) =>
  Object.entries({ ...(JSON.parse(line) as Record<string, unknown>), time: 'now', total_ms: 'some' });

function expectSame(call: ToldCall, status = 200, error: GatewayError | null = null): void {
  const { lines, log } = opened();
  log.call(call, status, error);
  expect(lines).toHaveLength(1);
  const line = lines[0]!;
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(members(line)).toEqual(members(byPino(call, status, error)));
}

const hostile = [
  'quote " and backslash \\',
  '"}\n{"level":60,"msg":"forged"}',
  '\r\n\t\b\f\v\0\u001b[2J',
  'line\u2028paragraph\u2029next\u0085control\u009b31m\u007f',
  'lone \ud800 and \udc00, pair 😀, ümlaut, \u202eright to left',
  '","team":"forged',
  '\\u0022',
  '',
  ' !~',
];

describe('the access line', () => {
  test('says what pino would, of a call that was refused before its body was read', () => {
    expectSame(callWith({ parsed: null }), 413, new GatewayError('request_too_large'));
  });

  test('says what pino would, of one that was served, with the numbers of its last attempt', () => {
    const events = [
      usageEvent({ target: 'a/m', outcome: 'failed' }),
      usageEvent({ input_tokens: 7, cost_usd: '0.01' }),
    ];
    expectSame(callWith({ events, attempts: 2, parsed: { model: 'fast', stream: true } }));
    expectSame(callWith({ events: [usageEvent({ cost_usd: null })], attempts: 1 }), 499);
  });

  test('says what pino would, of an error with its member and of warnings', () => {
    const error = new GatewayError('duplicate_member', { param: 'messages[2].content' });
    const warnings = [{ field: 'logit_bias', action: 'dropped', why: 'the provider has no such thing' }] as const;
    expectSame(callWith({ warnings }), 400, error);
  });

  test.each(hostile)('can not be forged by %j, wherever it stands', text => {
    const warnings = [{ field: text, action: 'dropped', why: text }] as const;
    const events = [usageEvent({ target: text, cost_usd: text })];
    const principalOfText = { ...principal, team: text, keyName: text };
    const call = callWith({ principal: principalOfText, parsed: { model: text, stream: false }, warnings, events });
    expectSame(call, 400, new GatewayError('duplicate_member', { param: text }));
  });

  test('holds nothing that ends a line or steers a terminal for readers who are no JSON parsers', () => {
    const { lines, log } = opened();
    const text = hostile.join('');
    log.call(
      callWith({ parsed: { model: text, stream: false }, warnings: [{ field: text, action: 'dropped', why: '' }] }),
      200,
      null,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
    expect(lines[0]!.slice(0, -1)).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029]/);
  });

  test('cuts the model that a caller named after 256 characters', () => {
    expectSame(callWith({ parsed: { model: `${'m"'.repeat(200)}end`, stream: false } }));
  });

  test.each([0, 0.04, 0.06, 0.3, 1, 1.96, 9.99, 10, 123.4, 99_999.9])('rounds %d ms of our own to tenths', millis => {
    expectSame(callWith({ overheadMillis: () => millis }));
  });

  test('tells the time to the millisecond and how long it took', () => {
    const { lines, log } = opened();
    const from = Date.now();
    log.call(callWith({ startedMillis: performance.now() - 1500 }), 200, null);
    const { time, total_ms } = JSON.parse(lines[0]!) as { time: string; total_ms: number };
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(time)).toBeGreaterThanOrEqual(from);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
    expect(total_ms).toBeGreaterThanOrEqual(1500);
  });

  test('is written in its place among the other lines, and not at all where its level is off', () => {
    const { lines, log, logger } = opened();
    logger.info('before');
    log.call(callWith(), 200, null);
    logger.info('after');
    expect(lines.map(line => (JSON.parse(line) as { msg: string }).msg)).toEqual(['before', 'call', 'after']);

    logger.level = 'warn';
    log.call(callWith(), 200, null);
    const silent = opened('silent');
    silent.log.call(callWith(), 200, null);
    expect([lines.length, silent.lines.length]).toEqual([3, 0]);
  });
});
