import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { secretSettings } from '../../src/config.ts';
import { directClient } from '../../src/gateway/upstream/direct/direct-client.ts';
import type { UpstreamClient, UpstreamHandler } from '../../src/spec/upstream.ts';
import { read, root } from '../house/sources.ts';
import { chatAnswer, chunk, type FakeProvider, fakeProvider, sse } from '../support/fake-provider.ts';
import { type SpawnedTollgate, spawnTollgate } from '../support/spawn-tollgate.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';

let provider: FakeProvider;
beforeAll(async () => {
  provider = await fakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.seen.length = 0;
  provider.answer(chatAnswer());
});

const configuration = () => `
providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["env:BOX_KEY"] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`;
/** A flag that runs this first. */
const imported = (program: string) => `--import=data:text/javascript,${encodeURIComponent(program)}`;
const CANARY = 'sk-CANARY0123456789abcdef';
const ask = (more: object = {}) => ({ model: 'box/m', messages: [{ role: 'user', content: 'hi' }], ...more });

describe('L2 the process', () => {
  let tollgate: SpawnedTollgate;
  beforeAll(async () => {
    const report = '--report-on-signal --report-signal=SIGUSR2 --report-directory=.';
    const names = 'process.on("SIGWINCH",()=>console.log("names="+Object.keys(process.env)+"=end"))';
    tollgate = await spawnTollgate(configuration(), {
      BOX_KEY: CANARY,
      TOLLGATE_MASTER_KEY: 'ca'.repeat(32),
      TOLLGATE_ADMIN_KEY: 'admin-CANARY-0123456789',
      NODE_OPTIONS: `${report} ${imported(names)}`,
    });
  });
  afterAll(() => tollgate.remove());

  const opensInspector = () =>
    new Promise<boolean>(resolve => {
      const socket = connect({ host: '127.0.0.1', port: 9229 }, () => resolve(socket.destroy() !== undefined));
      socket.on('error', () => resolve(false));
    });

  test('L2 a signal opens no inspector, and the process goes on', async () => {
    const before = await opensInspector();
    tollgate.process.kill('SIGUSR1');
    await sleep(300);
    expect(await opensInspector()).toBe(before);
    expect(tollgate.said()).not.toContain('Debugger listening');
    expect((await tollgate.chat(ask())).status).toBe(200);
  });

  test('L2 a diagnostic report holds no environment and no key', async () => {
    await tollgate.chat(ask());
    tollgate.process.kill('SIGUSR2');
    const written = () => {
      const file = readdirSync(tollgate.folder).find(name => /^report\..*\.json$/.test(name));
      return file === undefined ? '' : readFileSync(path.join(tollgate.folder, file), 'utf8');
    };
    await expect.poll(written, { timeout: 20_000 }).toMatch(/\n\}\s*$/);
    const text = written();
    expect(Object.keys(JSON.parse(text))).not.toContain('environmentVariables');
    for (const secret of ['CANARY', 'caca', tollgate.database.url]) expect(text).not.toContain(secret);
  });

  test('L2 the process leaves no core dump', () => {
    expect(read('bin/tollgate')).toMatch(/^ulimit -c 0 /m);
    if (!existsSync('/proc')) return;
    const limits = readFileSync(`/proc/${tollgate.process.pid}/limits`, 'utf8');
    expect(/^Max core file size +(\S+) +(\S+)/m.exec(limits)?.slice(1)).toEqual(['0', '0']);
  });

  test('L2 no secret of our own is left in the environment that a child would get', async () => {
    tollgate.process.kill('SIGWINCH');
    await expect.poll(() => tollgate.said(), { timeout: 20_000 }).toContain('names=');
    const names = /names=(\S*)=end/.exec(tollgate.said())![1]!.split(',');
    expect(names).toContain('TOLLGATE_DATA_DIR');
    for (const secret of secretSettings) expect(names).not.toContain(secret);
  });
});

describe('L2 at the start', () => {
  const start = (environment: Readonly<Record<string, string>>, flags: readonly string[] = []) =>
    promisify(execFile)(process.execPath, [...flags, path.join(root, 'src/cli/main.ts'), 'start'], {
      env: { PATH: process.env.PATH, ...environment },
    }).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    );

  test.each([
    ['--inspect', {}, ['--inspect=127.0.0.1:0']],
    ['--inspect', { NODE_OPTIONS: '--inspect=127.0.0.1:0' }, []],
    ['NODE_TLS_REJECT_UNAUTHORIZED', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, []],
  ])('L2 %s stops the start (%j)', async (name, environment, flags) => {
    const { code, stderr } = await start(environment as Record<string, string>, flags);
    expect(code).toBe(2);
    expect(stderr).toContain(name);
  });
});

describe('D2 an error that nobody foresaw', () => {
  /** What a mistake of ours, or of a library, could look like at the border to a provider. */
  const mistakes: Readonly<Record<string, (handler: UpstreamHandler) => void>> = {
    'while sending': () => {
      throw new TypeError('a mistake');
    },
    'in a head': handler => handler.onHeaders(200, null as never),
    'in a piece of an answer': handler => {
      handler.onHeaders(200, { 'content-type': 'text/event-stream' });
      handler.onData(null as never);
    },
    'behind content': handler => {
      handler.onHeaders(200, { 'content-type': 'text/event-stream' });
      handler.onData(Buffer.from(chunk({ content: 'x' })));
      handler.onData(null as never);
    },
  };
  let tollgate: TestTollgate;
  let mistake: string | null = null;

  beforeAll(async () => {
    const network = (): UpstreamClient => {
      const client = directClient();
      return {
        send: (request, handler) => {
          if (mistake === null) return client.send(request, handler);
          mistakes[mistake]!(handler);
          return { abort: () => {}, pause: () => {}, resume: () => {}, sent: true };
        },
        close: () => client.close(),
      };
    };
    tollgate = await startTestTollgate(configuration(), { BOX_KEY: CANARY }, { network });
  });
  afterAll(() => tollgate.stop());

  test.each(Object.keys(mistakes))('D2 a mistake %s ends its call and no other', async where => {
    provider.answer((_request, response) => {
      sse(response);
      response.write(chunk({ content: 'a' }));
      setTimeout(() => response.end(`${chunk({ content: 'b' }, 'stop')}data: [DONE]\n\n`), 200);
    });
    mistake = null;
    const beside = await tollgate.chat(ask({ stream: true }));
    mistake = where;
    const reply = await tollgate.chat(ask({ stream: true }));
    mistake = null;
    const text = await reply.text();
    expect(text).toContain('internal_error');
    expect(text).not.toContain('[DONE]');
    expect(await beside.text()).toContain('[DONE]');
    expect((await tollgate.chat(ask({ stream: true }))).status).toBe(200);
    const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
    expect(row).toMatchObject({ outcome: 'failed', error: 'internal_error' });
  });
});

test('D2 an error that nobody caught ends the process after the calls that are open, with every call in the ledger', async () => {
  const fault = 'process.on("SIGUSR2",()=>{throw new Error("nobody-catches-this")})';
  const tollgate = await spawnTollgate(configuration(), {
    BOX_KEY: CANARY,
    NODE_OPTIONS: imported(fault),
  });
  try {
    const { promise: rest, resolve: goOn } = Promise.withResolvers<void>();
    provider.answer(async (_request, response) => {
      sse(response);
      response.write(chunk({ content: 'first' }));
      await rest;
      response.end(`${chunk({ content: 'last' }, 'stop')}data: [DONE]\n\n`);
    });
    const reply = await tollgate.chat(ask({ stream: true }));
    tollgate.process.kill('SIGUSR2');
    await expect.poll(() => tollgate.said().includes('nobody-catches-this') || refusing(tollgate)).toBeTruthy();
    goOn();
    const text = await reply.text();
    expect(text).toContain('last');
    expect(text).toContain('[DONE]');
    expect(await tollgate.ended).toBe(1);
    expect(tollgate.said()).toContain('uncaught');
    const { rows } = await tollgate.database.pool.query('select outcome from ledger.usage_events');
    expect(rows).toEqual([{ outcome: 'finished' }]);
  } finally {
    await tollgate.remove();
  }
});

/** It takes no new connection any more. */
const refusing = (tollgate: SpawnedTollgate): Promise<boolean> =>
  fetch(`${tollgate.url}/healthz`).then(
    () => false,
    () => true,
  );
