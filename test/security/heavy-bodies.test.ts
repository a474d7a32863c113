import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scanBody } from '../../src/gateway/body/scan-body.ts';
import { estimateInputTokens } from '../../src/gateway/dialects/estimate.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { matchesGlob } from '../../src/spec/names.ts';
import { read, type Syntax, sourceFiles, syntaxOf, visit } from '../house/sources.ts';
import { messagesAnswer } from '../support/fake-dialects.ts';
import { chatAnswer, type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

/** Promises are made for a machine of its own; here ten times as long is enough to tell a bound from none. */
const SLACK = 10;
/** How late the event loop may be. */
const LATE_MILLIS = 50 * SLACK;
const MEBIBYTE = 1024 * 1024;

let provider: FakeProvider;
let trap: FakeProvider;
let tollgate: TestTollgate;

const messages = '"messages":[{"role":"user","content":"hi"}]';

interface Heard {
  readonly status: number;
  /** 99th percentile of how late the event loop was meanwhile. */
  readonly delayMillis: number;
}

/** Sends a body that is ready beforehand, so that what is measured is the gateway. */
async function send(body: Buffer, headers: Record<string, string> = {}, path = '/v1/chat/completions'): Promise<Heard> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const reply = await tollgate.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new Uint8Array(body),
  });
  await reply.arrayBuffer();
  delay.disable();
  return { status: reply.status, delayMillis: delay.percentile(99) / 1e6 };
}

/** The machine may be busy with others, so what took too long gets two more chances. */
async function inTime(once: () => Promise<Heard>): Promise<Heard> {
  let heard = await once();
  for (let again = 0; again < 2 && heard.delayMillis >= LATE_MILLIS; again++) heard = await once();
  expect(heard.delayMillis).toBeLessThan(LATE_MILLIS);
  return heard;
}

function timeOf(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

const withX = (x: string) => Buffer.from(`{"model":"box/m",${messages},"x":${x}}`);
const heavy: readonly [name: string, body: () => Buffer, status: number][] = [
  ['nested 129 deep', () => withX('['.repeat(129) + ']'.repeat(129)), 400],
  ['nested a million deep', () => withX('['.repeat(1_000_000)), 400],
  ['nested a million deep in objects', () => withX('{"a":'.repeat(1_000_000)), 400],
  ['of 600,000 commas', () => withX(`[${'0,'.repeat(600_000)}0]`), 400],
  ['of 600,000 members', () => withX(`{${Array.from({ length: 600_000 }, (_, n) => `"${n}":0`).join()}}`), 400],
  [
    'of 200,000 members at the top',
    () => Buffer.from(`{${Array.from({ length: 200_000 }, (_, n) => `"${n}":0`).join()}}`),
    400,
  ],
  ['of one number of 30 MiB', () => withX('1'.repeat(30 * MEBIBYTE)), 400],
  ['of 33 MiB', () => withX(`"${'x'.repeat(33 * MEBIBYTE)}"`), 413],
];
describe.each(['node', 'direct'] as const)('threats from what bodies cost (listener: %s)', listener => {
  beforeAll(async () => {
    provider = await fakeProvider();
    trap = await fakeProvider();
    tollgate = await startTestTollgate(
      `
providers:
  box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  claude: { adapter: anthropic, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  google: { adapter: gemini, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
models:
  claude-once: { retries: 0, targets: [{ model: claude/m }] }
  google-once: { retries: 0, targets: [{ model: google/m }] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
      {},
      { listener },
    );
    // What is loaded at first use is not what is measured.
    await send(Buffer.from(`{"model":"box/m",${messages}}`));
  });
  afterAll(async () => {
    await tollgate.stop();
    await Promise.all([provider.close(), trap.close()]);
  });
  beforeEach(() => {
    for (const { seen } of [provider, trap]) seen.length = 0;
    provider.answer(chatAnswer());
  });

  test.each(heavy)('J2 a body %s is refused at once and holds nobody else up', async (_name, make, status) => {
    const body = make();
    const heard = await inTime(() => send(body));
    expect(heard.status).toBe(status);
    expect(provider.seen).toHaveLength(0);
  });

  test('J2 three hundred thousand tokens as numbers are no attack', async () => {
    const tokens = Buffer.from(`{"model":"box/m","input":[${'12345,'.repeat(299_999)}12345]}`);
    provider.answer(json(200, { object: 'list', data: [], model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } }));
    expect((await send(tokens, {}, '/v1/embeddings')).status).toBe(200);
    expect(provider.seen).toHaveLength(1);
  });

  test('J3 a gzip bomb of a gigabyte is refused without a byte of it being inflated', async () => {
    const member = gzipSync(Buffer.alloc(16 * MEBIBYTE));
    // Members behind one another are one file: a gigabyte of zeros.
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => member));
    const before = process.memoryUsage.rss();
    for (const coding of [
      'gzip',
      'GZIP',
      'x-gzip',
      'deflate',
      'br',
      'zstd',
      'identity, gzip',
      'gzip, identity',
      'aes128gcm',
    ]) {
      const { status } = await send(bomb, { 'content-encoding': coding });
      expect([coding, status]).toEqual([coding, 415]);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * MEBIBYTE);
    expect(provider.seen).toHaveLength(0);
  });

  test('J3 it is refused unread when its bytes have not even come', async () => {
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${testKey}\r\nContent-Type: application/json\r\n`;
    for (const odd of ['Content-Encoding: gzip', 'Content-Type: application/json; charset=utf-16']) {
      const bytes = `${head.replace(/Content-Type: .*\r\n/, odd.startsWith('Content-Type') ? '' : '$&')}${odd}\r\nContent-Length: 30000000\r\n\r\n`;
      const answers = await rawExchange(Number(new URL(tollgate.url).port), [bytes]);
      expect(answers.map(({ status, headers }) => [status, headers.connection])).toEqual([[415, 'close']]);
    }
  });

  test.each([
    'application/json;charset=utf-16',
    'application/json; charset=latin1',
    'application/json; charset="utf-7"',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset=utf-16; charset=utf-8',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'application/jsonx',
    'application/json, text/plain',
  ])('J3 the type %s is not taken for JSON in UTF-8', async type => {
    expect((await send(Buffer.from(`{"model":"box/m",${messages}}`), { 'content-type': type })).status).toBe(415);
    expect(provider.seen).toHaveLength(0);
  });

  test('J8 a million letters without a space are counted without holding anybody up', async () => {
    const text = 'a'.repeat(1_000_000);
    const asked = Buffer.from(
      JSON.stringify({ model: 'simulator/echo', max_tokens: 5, messages: [{ role: 'user', content: text }] }),
    );
    await send(Buffer.from(`{"model":"simulator/echo",${messages}}`));
    for (const body of [
      asked,
      Buffer.from(JSON.stringify({ model: 'box/m', messages: [{ role: 'user', content: text }] })),
    ]) {
      const heard = await inTime(() => send(body));
      expect(heard.status).toBe(200);
    }
  });

  test('J9 headers that make careless patterns slow are read in no time', async () => {
    const long = (part: string) => part.repeat(Math.floor(15_000 / part.length));
    for (const [name, value] of [
      ['content-type', `application/${long('a+')}`],
      ['content-type', `application/json${long(' ')};charset=utf-8 x`],
      ['content-type', `application/json; charset=${long('-')}"`],
      ['content-encoding', long(' ,')],
      ['via', long('1.1 tollgate-,')],
      ['x-tollgate-strict', long('true ')],
    ] as const) {
      const heard = await inTime(() => send(Buffer.from(`{"model":"box/m",${messages}}`), { [name]: value }));
      expect([200, 415]).toContain(heard.status);
    }
  });

  const evilSchema = () => {
    const names = Array.from({ length: 60 }, (_, n) => `d${n}`);
    const doubling = names.map((name, n) => [
      name,
      n === names.length - 1
        ? { type: 'string', pattern: '^(a+)+$' }
        : {
            allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }],
            properties: { a: { $ref: `#/$defs/d${n + 1}` }, b: { $ref: `#/$defs/d${n + 1}` } },
          },
    ]);
    return {
      type: 'object',
      $defs: Object.fromEntries(doubling),
      properties: {
        text: { type: 'string', pattern: '(a+)+$' },
        remote: { $ref: `http://127.0.0.1:${trap.port}/schema.json` },
        file: { $ref: 'file:///etc/passwd' },
        itself: { $ref: '#' },
        more: { $ref: '#/$defs/d0' },
      },
    };
  };
  test.each(['box/m', 'claude-once', 'google-once'])('J10 a schema of a caller is data: %s', async model => {
    const schema = evilSchema();
    const fn = { type: 'function', function: { name: 'f', parameters: schema, strict: true } };
    const format = { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } };
    provider.answer(model === 'claude-once' ? messagesAnswer('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!') : chatAnswer());
    for (const more of [{ tools: [fn] }, { response_format: format }, { tools: [fn], response_format: format }]) {
      const body = Buffer.from(JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], ...more }));
      const heard = await inTime(() => send(body));
      // A schema that cannot be said there is refused, or cut with a warning; the provider may not take it either.
      expect(heard.status).toBeLessThan(503);
      expect(heard.status).not.toBe(500);
    }
    expect(trap.seen).toHaveLength(0);
  });
});

test.each(heavy.filter(([, , status]) => status === 400))('J2 to look at a body %s takes no time', (_name, make) => {
  const body = make();
  const millis = Array.from({ length: 3 }, () => timeOf(() => expect(() => scanBody(body)).toThrow(GatewayError)));
  expect(Math.min(...millis)).toBeLessThan(100 * SLACK);
});

test('J8 no pixel is decoded and no size believed: a picture counts the same whatever it claims to be', () => {
  const png = (side: number) => {
    const head = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex');
    head.writeUInt32BE(side, 16);
    head.writeUInt32BE(side, 20);
    return Buffer.from(
      JSON.stringify({
        messages: [{ content: [{ image_url: { url: `data:image/png;base64,${head.toString('base64')}` } }] }],
      }),
    );
  };
  const before = process.memoryUsage.rss();
  expect(estimateInputTokens(png(100_000))).toBe(estimateInputTokens(png(1)));
  expect(estimateInputTokens(png(0xffffffff))).toBe(estimateInputTokens(png(1)));
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MEBIBYTE);
});

test('J8 the estimate of a body looks at each byte a few times at most, whatever marks are in it', () => {
  for (const part of [';base64,', ';base64,"', '"', ';base64']) {
    const body = Buffer.from(part.repeat(Math.floor((8 * MEBIBYTE) / part.length)));
    expect(timeOf(() => expect(estimateInputTokens(body)).toBeGreaterThan(0))).toBeLessThan(100 * SLACK);
  }
});

test('J9 a glob with many stars is matched in no time', () => {
  const globs: readonly [glob: string, name: string][] = [
    ['*a*a*a*a*b', 'a'.repeat(256)],
    [`${'*a'.repeat(100)}*b`, 'a'.repeat(256)],
    [`${'*'.repeat(250)}b`, 'a'.repeat(256)],
    [`${'a*'.repeat(120)}c`, `${'ab'.repeat(127)}d`],
  ];
  for (const [glob, name] of globs) {
    const millis = Array.from({ length: 9 }, () => timeOf(() => expect(matchesGlob(glob, name)).toBe(false)));
    // The best of them: the machine may be busy with others.
    expect(Math.min(...millis)).toBeLessThan(1 * SLACK);
  }
  expect(matchesGlob('*a*a*a*a*b', `${'a'.repeat(255)}b`)).toBe(true);
});

test('J9 J10 no code that ships makes a pattern from text or compiles a schema', () => {
  const found = ['src', 'providers']
    .flatMap(folder => sourceFiles(folder))
    .flatMap(file => {
      const text = read(file);
      const makes: string[] = /from '(ajv|ajv\/.*|re2|vm|node:vm)'/.test(text) ? [file] : [];
      visit(syntaxOf(text), node => {
        const callee = /^(New|Call)Expression$/.test(node.type) ? (node.callee as Syntax) : undefined;
        if (/^(RegExp|Function|eval)$/.test(String(callee?.name))) makes.push(`${file}: ${callee!.name}`);
        return true;
      });
      return makes;
    });
  expect(found).toEqual([]);
});
