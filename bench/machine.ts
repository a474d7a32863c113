import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cache, node24, root, searchPath } from './places.ts';

/** What the figures were made with, as one paragraph. */
export function describeMachine(postgresVersion: string): string {
  const versions = [
    `Node ${said(node24, ['--version'])?.trim().slice(1)}`,
    `undici ${packageVersion(join(root, 'node_modules/undici'))}`,
    `PostgreSQL ${postgresVersion}`,
    `nginx ${/nginx\/(\S+)/.exec(said('nginx', ['-v']) ?? '')?.[1] ?? 'absent'}`,
    `haproxy ${/version (\d[\d.]*\d)/i.exec(said('haproxy', ['-v']) ?? '')?.[1] ?? 'absent'}`,
    `Portkey ${packageVersion(join(cache, 'portkey/node_modules/@portkey-ai/gateway')) ?? 'absent'}`,
  ];
  const processors = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, commit ${commit()}; ${processors.length} × ${processors[0]?.model}; ${versions.join(', ')}.`;
}

function commit(): string {
  const git = (...args: readonly string[]) => said('git', ['-C', root, ...args])?.trim();
  const changed = git('status', '--porcelain', '--', 'src', 'providers') ? ' with changes' : '';
  return `${git('rev-parse', '--short=10', 'HEAD') ?? 'unknown'}${changed}`;
}

/** Both outputs of a command (nginx tells its version on stderr), or null when it cannot be run. */
function said(command: string, args: readonly string[]): string | null {
  try {
    const quoted = [command, ...args].map(part => `'${part}'`).join(' ');
    return execFileSync('sh', ['-c', `${quoted} 2>&1`], { env: { ...process.env, PATH: searchPath } }).toString();
  } catch {
    return null;
  }
}

function packageVersion(folder: string): string | null {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
}
