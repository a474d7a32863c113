import { read, type Syntax, sourceFiles, syntaxOf } from '../../test/house/sources.ts';

/** A test in test/security and the rows of the threat model that it proves. */
export interface Proof {
  /** Path from the project's folder. */
  readonly file: string;
  readonly title: string;
  readonly ids: readonly string[];
}

const FOLDERS = ['test/security', 'test/deploy'];
/** `S1 S4 neither a member …`, or `S2: where …` for a group of tests. */
const IDS = /^(?:[A-Z]\d{1,2}\b[: ]\s*)+/;
const BLOCKS: ReadonlySet<string> = new Set(['describe', 'test']);

/** Every test there, by file and in its order. A title without an id stands behind the one of its group. */
export const securityProofs = (): readonly Proof[] =>
  FOLDERS.flatMap(folder => sourceFiles(folder))
    .filter(file => file.endsWith('.test.ts'))
    .sort()
    .flatMap(file => titlesOf(syntaxOf(read(file)), '').map(title => ({ file, title, ids: idsOf(title) })));

const idsOf = (title: string): readonly string[] => IDS.exec(title)?.[0].match(/[A-Z]\d{1,2}/g) ?? [];

function titlesOf(node: Syntax, group: string): string[] {
  const block = blockOf(node);
  if (block?.kind === 'test') return [inGroup(group, block.title)];
  const inside = block === null ? group : inGroup(group, block.title);
  return Object.values(node)
    .flat()
    .flatMap(child => (isSyntax(child) ? titlesOf(child, inside) : []));
}

/** Only the id of a group matters: its words are about what its tests have in common. */
const inGroup = (group: string, title: string): string =>
  idsOf(title).length === 0 && idsOf(group).length > 0 ? `${group}: ${title}` : title;

function blockOf(node: Syntax): { readonly kind: string; readonly title: string } | null {
  if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) return null;
  const kind = calledName(node.callee);
  const [first]: unknown[] = node.arguments;
  const title = isSyntax(first) ? textOf(first) : null;
  return kind !== null && title !== null && BLOCKS.has(kind) && node.arguments.length > 1 ? { kind, title } : null;
}

/** `test`, of `test(…)`, `test.runIf(…)(…)` and `test.each(…)(…)`. */
function calledName(callee: unknown): string | null {
  if (!isSyntax(callee)) return null;
  if (callee.type === 'Identifier') return String(callee.name);
  return calledName(callee.type === 'CallExpression' ? callee.callee : callee.object);
}

function textOf(node: Syntax): string | null {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return null;
  return node.quasis.map((quasi: { value: { cooked: string } }) => quasi.value.cooked).join('…');
}

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
