import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../src/cli/run.ts';
import { read, root } from '../house/sources.ts';

/** Programs of others that our pages may use. */
const foreign: ReadonlySet<string> = new Set([
  'cat',
  'curl',
  'docker',
  'export',
  'journalctl',
  'node',
  'pip',
  'python',
  'sudoedit',
  'systemctl',
]);

/** What may stand before a command of ours: another user's rights, settings, a container to run it in. */
const before = /^(sudo )?([A-Z_]+=\S+ )*(docker compose exec \w+ (?=tollgate ))?/;

/** Commands of a shell block, one a line and those inside `$(…)`, without comments. */
export const commandsOf = (block: string): readonly string[] =>
  block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map(line => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(line => line !== '')
    .flatMap(line => [line, ...[...line.matchAll(/\$\(([^)]+)\)/g)].map(match => match[1]!)]);

/** What is wrong with a command as a reader would type it in the project's folder; null when nothing is. */
export async function problemOf(command: string): Promise<string | null> {
  const words = command.replace(before, '').split(/\s+/);
  const [program = '', ...rest] = words;
  if (program === 'npm') return npmProblem(rest);
  if (program === './install.sh') return installProblem(rest);
  if (['bin/tollgate', '/opt/tollgate/bin/tollgate', 'tollgate'].includes(program)) return commandLineProblem(rest);
  return foreign.has(program) ? null : `${program} is no program of ours`;
}

function npmProblem([verb = '', script = '']: readonly string[]): string | null {
  if (verb === 'install') return null;
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
  const name = verb === 'run' ? script : verb;
  return Object.hasOwn(scripts, name) ? null : `package.json has no script "${name}"`;
}

function installProblem(flags: readonly string[]): string | null {
  if (!existsSync(path.join(root, 'install.sh'))) return 'install.sh is missing';
  const unknown = flags.find(flag => !read('install.sh').includes(`\n  ${flag} `));
  return unknown === undefined ? null : `install.sh does not know ${unknown}`;
}

/** Asks the command line itself for help on the command, and looks for each option in what it says. */
async function commandLineProblem(words: readonly string[]): Promise<string | null> {
  const end = words.findIndex(word => word.startsWith('-'));
  const said: string[] = [];
  const terminal = {
    environment: {},
    print: (text: string) => void said.push(text),
    note: (text: string) => void said.push(text),
    isPerson: false,
  };
  const leading = end < 0 ? words : words.slice(0, end);
  await run([...leading, '--help'], terminal);
  const help = said.join('\n');
  const [, ...known] = /^Usage: (\S+(?: [a-z]+)*)/.exec(help)?.[1]?.split(' ') ?? [];
  const isGroup = help.includes('\nCommands:');
  if (isGroup || known.some((word, index) => leading[index] !== word))
    return `there is no command "${leading.join(' ')}"`;
  const unknown = words.find(word => word.startsWith('--') && !help.includes(`${word.split('=')[0]} `));
  return unknown === undefined ? null : `${known.join(' ')} does not know ${unknown}`;
}
