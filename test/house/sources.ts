import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vitest/node';

/** The project's folder, absolute. */
export const root = path.resolve(import.meta.dirname, '../..');

/** Text of a file, by its path from the project's folder. */
export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** TypeScript files below a folder, as paths from the project's folder with forward slashes. Generated code is not ours. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter(file => !file.startsWith('src/generated/'));
}

/** Files of the repository, new ones included, as they are here: paths from the project's folder. */
export const repositoryFiles = (): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
    .toString()
    .split('\0')
    .filter(file => file !== '' && existsSync(path.join(root, file)));

/** A node of the syntax tree, as far as the rules look at it. */
export interface Syntax {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly source?: Syntax | null;
  readonly argument?: Syntax | null;
  readonly [member: string]: unknown;
}

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Visits every node, parents first. A visitor that answers false is not led below that node. */
export function visit(node: Syntax, visitor: (node: Syntax) => boolean | undefined): void {
  if (visitor(node) === false) return;
  for (const child of Object.values(node).flat()) if (isSyntax(child)) visit(child, visitor);
}

export function syntaxOf(text: string): Syntax {
  const tree: unknown = parseAst(text, { lang: 'ts' });
  if (!isSyntax(tree)) throw new TypeError('the parser answered with something else than a tree');
  return tree;
}

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** What a file imports or exports from, statically or not, types included; literals only. */
export function importsOf(text: string): string[] {
  const found: string[] = [];
  visit(syntaxOf(text), node => {
    const from = node.type === 'TSImportType' ? node.argument : node.source;
    if (/^(Import|Export|TSImport)/.test(node.type) && typeof from?.value === 'string') found.push(from.value);
    return true;
  });
  return found;
}

/** The first column of every row of the tables in a page, without the head. */
export const firstColumn = (page: string): string[] => [...page.matchAll(/^\| `([^`]+)`/gm)].map(match => match[1]!);
