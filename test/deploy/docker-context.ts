import { cpSync } from 'node:fs';
import path from 'node:path';

interface Rule {
  readonly keeps: boolean;
  readonly matches: (file: string) => boolean;
}

/**
 * What a builder sees of a folder: the last rule that matches a path, or one of the folders above it, decides. Takes
 * the forms that our .dockerignore uses; throws on others.
 */
export function contextFilter(dockerignore: string): (file: string) => boolean {
  const rules = dockerignore
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(ruleOf);
  return file => {
    const steps = file.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
    return rules.findLast(({ matches }) => steps.some(matches))?.keeps ?? true;
  };
}

function ruleOf(line: string): Rule {
  const keeps = line.startsWith('!');
  const pattern = keeps ? line.slice(1) : line;
  if (pattern === '*') return { keeps, matches: file => !file.includes('/') };
  const anywhere = /^\*\*\/(\*?)([\w.-]+)$/.exec(pattern);
  if (anywhere) {
    const [, star, name = ''] = anywhere;
    return {
      keeps,
      matches: file => (star ? path.posix.basename(file).endsWith(name) : path.posix.basename(file) === name),
    };
  }
  if (!/^[\w./-]+$/.test(pattern)) throw new Error(`this rule of .dockerignore is not understood: ${line}`);
  return { keeps, matches: file => file === pattern };
}

/** Copies a folder as a builder would see it. */
export function copyContext(from: string, to: string, isSeen: (file: string) => boolean): void {
  cpSync(from, to, {
    recursive: true,
    filter: source => {
      const file = path.relative(from, source);
      return file === '' || isSeen(file);
    },
  });
}
