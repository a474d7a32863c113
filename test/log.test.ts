import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';

const log = new URL('../src/log.ts', import.meta.url).href;

/** Starts a process that opens the log and runs `code`; the messages of what it wrote to stdout, in their order. */
function started(code: string) {
  const script = `import { openLog } from ${JSON.stringify(log)}; const { logger, flush } = openLog('info'); ${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const messages = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map(line => (JSON.parse(line) as { msg: string }).msg);
  return { child, messages, ended: once(child, 'close') };
}

const expected = (count: number) => Array.from({ length: count }, (_, index) => `${index} ${'ü'.repeat(150)}`);
const write = (count: number) => `for (let i = 0; i < ${count}; i++) logger.info(i + ' ' + 'ü'.repeat(150));`;

describe('the log', () => {
  test.each([
    ['a flush', 'flush(); process.exit(0);'],
    ['an exit', 'process.exit(0);'],
    ['an error that nobody catches', 'throw new Error("gone");'],
    ['nothing being left to do', ''],
  ])('loses no line when the process ends with %s', async (_how, ending) => {
    for (const count of [1, 90, 4_000]) {
      const { messages, ended } = started(`${write(count)} ${ending}`);
      await ended;
      expect(messages()).toEqual(expected(count));
    }
  });

  test('shows a line soon though nothing follows it', async () => {
    const { child, messages, ended } = started(`${write(1)} process.stdin.resume();`);
    await once(child.stdout, 'data');
    expect(messages()).toEqual(expected(1));
    child.stdin.end();
    await ended;
  });
});
