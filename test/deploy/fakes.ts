import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../house/sources.ts';

/** A folder with programs of the system that only write down how they were called, or do it there alone. */
export interface Fakes {
  readonly folder: string;
  /** Puts a shell script before the system's program of that name. `$fakes` is this folder. */
  put(name: string, script: string): void;
  /** Each call of a fake, as one line. */
  calls(): readonly string[];
  /** Runs a script of the project, or of a copy of it, with the fakes first on PATH. */
  run(script: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Ran;
  remove(): void;
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function openFakes(): Fakes {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tollgate-fakes-')));
  const programs = path.join(folder, 'programs');
  const calls = path.join(folder, 'calls');
  mkdirSync(programs);
  return {
    folder,
    put(name, script) {
      const file = path.join(programs, name);
      writeFileSync(file, `#!/bin/sh\nfakes='${folder}'\nprintf '%s\\n' "${name} $*" >>"$fakes/calls"\n${script}\n`);
      chmodSync(file, 0o755);
    },
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    run(script, args, environment = {}) {
      const search = [programs, path.dirname(process.execPath), process.env.PATH].join(':');
      const { status, stdout, stderr } = spawnSync('sh', [script, ...args], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 100_000,
        env: { PATH: search, SERVICE_PREFIX: path.join(folder, 'prefix'), ...environment },
      });
      return { status, stdout, stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The scripts of a checkout that nothing was installed into. */
export function bareCheckout(folder: string): string {
  const checkout = path.join(folder, 'checkout');
  mkdirSync(checkout, { recursive: true });
  for (const part of ['install.sh', 'bin', 'deploy', 'docker-compose.yml', 'Dockerfile', 'package.json']) {
    cpSync(path.join(root, part), path.join(checkout, part), { recursive: true });
  }
  return checkout;
}

/** Asks as the printed line says and answers the text of the reply. */
export function tryPrintedCurl(stdout: string): unknown {
  const line = stdout.split('\n').find(text => text.startsWith('curl '));
  if (!line) throw new Error(`no curl was printed: ${stdout}`);
  const answer: { choices: { message: { content: string } }[] } = JSON.parse(
    spawnSync('sh', ['-c', line], { encoding: 'utf8' }).stdout,
  );
  return answer.choices[0]?.message.content;
}
