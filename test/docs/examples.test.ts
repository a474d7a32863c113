import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { root } from '../house/sources.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';
import { commandsOf, problemOf } from './commands.ts';
import { blocks, deadLinks, missingFiles, pages } from './pages.ts';

describe.each(pages)('%s', page => {
  test('links only to files and headings that exist', () => {
    expect(deadLinks(page)).toEqual([]);
  });

  test('names only files that exist', () => {
    expect(missingFiles(page)).toEqual([]);
  });

  test('shows only commands that exist', async () => {
    const commands = blocks(page, 'sh').flatMap(commandsOf);
    const problems = await Promise.all(commands.map(problemOf));
    expect(problems.filter(problem => problem !== null)).toEqual([]);
  });
});

test('a command that does not exist would be found', async () => {
  const wrong = [
    'npm run nothing',
    './install.sh --now',
    'bin/tollgate spent',
    'bin/tollgate keys make',
    'bin/tollgate spend --per team',
    'frobnicate',
  ];
  expect((await Promise.all(wrong.map(problemOf))).filter(problem => problem === null)).toEqual([]);
});

const usual = 'http://127.0.0.1:4000';
let tollgate: TestTollgate;

beforeAll(async () => {
  tollgate = await startTestTollgate(`
teams: { docs: {} }
keys: [{ name: docs, team: docs, secret: "env:TEST_KEY", models: ["*"] }]
`);
});
afterAll(() => tollgate.stop());

/** Runs a program of the examples as its reader would, in the project's folder. */
async function node(...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    cwd: root,
    env: { PATH: process.env.PATH, TOLLGATE_URL: tollgate.url, TOLLGATE_KEY: testKey },
  });
  return stdout;
}

describe('docs/examples/openai-sdk.ts', () => {
  test('says what it got: an answer, a stream with its cost, the models, a helpful error', async () => {
    const lines = (await node('docs/examples/openai-sdk.ts')).trim().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'answer: Hello, Tollgate!',
        'x-tollgate-target: simulator/echo',
        'x-tollgate-cost-usd: 0.000015',
        'streamed: Hello, Tollgate!',
        'model: simulator/echo',
      ]),
    );
    expect(lines.find(line => line.startsWith('usage:'))).toContain('"cost":0.000015');
    expect(lines.at(-1)).toMatch(/^error: model_not_found .*Did you mean "simulator\/echo"/);
  });
});

describe('README.md', () => {
  test('shows a TypeScript program that streams its story', async () => {
    const [program = ''] = blocks('README.md', 'ts');
    expect(program).toContain(usual);
    const story = await node('--input-type=module-typescript', '--eval', program.replace(usual, tollgate.url));
    expect(story.split(' ')).toHaveLength(20);
  });

  test('shows a curl that is answered', async () => {
    const curl =
      blocks('README.md', 'sh')
        .flatMap(commandsOf)
        .find(command => command.startsWith('curl ')) ?? '';
    const [url = ''] = /http:\S+/.exec(curl) ?? [];
    const [, body = ''] = /-d '([^']+)'/.exec(curl) ?? [];
    const reply = await tollgate.chat(JSON.parse(body));
    expect(url).toBe(`${usual}/v1/chat/completions`);
    expect(await reply.json()).toMatchObject({ choices: [{ message: { content: 'Hello, Tollgate!' } }] });
  });

  test('shows a configuration file that is valid', async () => {
    const file = join(tollgate.folder, 'readme.yaml');
    writeFileSync(file, blocks('README.md', 'yaml').join('\n'));
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const environment = { TOLLGATE_CONFIG: file, OPENAI_API_KEY: 'sk-of-the-readme' };
    expect(await run(['validate'], { environment, print: say, note: say, isPerson: false })).toBe(0);
    expect(said).toEqual(['The configuration is valid.']);
  });
});
