import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { limits } from '../../spec/limits.ts';
import { formatPath, type Mistake, type Path } from './mistake.ts';

const MOST_PROBLEMS = 50;

/** A parsed file: its data, and where each part of it stands. */
export interface YamlDocument {
  /** Plain data; undefined when `problems` is not empty. */
  readonly data: unknown;
  /** What makes the text no usable YAML, ready to be shown. */
  readonly problems: readonly string[];
  /** Names of a mapping in the order of the file, which plain objects do not keep for names such as `7`. */
  names(path: Path): readonly string[];
  /** `tollgate.yaml:12:5: models.fast: what is wrong`, in the order of the file. */
  describe(mistakes: readonly Mistake[]): readonly string[];
}

/** Parses with the core schema: no tags, no merge keys, no dates. Duplicate names and alias bombs are problems. */
export function parseYaml(text: string, file: string): YamlDocument {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const parsed = parse(text, lines);
  if (typeof parsed === 'string') return unusable([`${file}:1:1: ${parsed}`]);
  const found = [
    ...[...parsed.errors, ...parsed.warnings].map(error => ({
      offset: error.pos[0],
      message: sentence(error.message),
    })),
    ...unusableNodes(parsed),
  ];
  const problems = found.slice(0, MOST_PROBLEMS).map(({ offset, message }) => `${at(offset)}: ${message}`);
  if (problems.length > 0) return unusable(problems);
  const data = toData(parsed);
  if (data === tooManyAliases) return unusable([`${file}:1:1: aliases repeat too much: write the parts out`]);
  return {
    data,
    problems: [],
    names: path => mapNames(resolved(nodeAt(parsed, path), parsed)),
    describe: mistakes =>
      mistakes
        .map(mistake => ({ mistake, offset: offsetOf(parsed, mistake.path, mistake.atName === true) }))
        .sort((a, b) => a.offset - b.offset)
        .map(({ mistake, offset }) => `${at(offset)}: ${sayPath(mistake.path)}${mistake.message}`),
  };
}

const sayPath = (path: Path): string => (path.length === 0 ? '' : `${formatPath(path)}: `);

const sentence = (message: string): string => (message.includes('call stack') ? 'nested too deeply' : message);

const unusable = (problems: readonly string[]): YamlDocument => ({
  data: undefined,
  problems,
  names: () => [],
  describe: () => [],
});

function parse(text: string, lineCounter: LineCounter): Document.Parsed | string {
  try {
    // prettyErrors would quote the file's text, and with it perhaps a secret. uniqueKeys compares every name with every
    // other, which takes minutes for a megabyte of names; `unusableNodes` finds the same. Known tags would make bytes,
    // sets and dates of what is to be plain data.
    return parseDocument(text, {
      schema: 'core',
      version: '1.2',
      resolveKnownTags: false,
      prettyErrors: false,
      uniqueKeys: false,
      lineCounter,
    });
  } catch (error) {
    if (error instanceof RangeError) return 'nested too deeply';
    throw error;
  }
}

interface Found {
  readonly offset: number;
  readonly message: string;
}

function unusableNodes(document: Document.Parsed): readonly Found[] {
  const found: Found[] = [];
  /** The last node of each name, which is the one that an alias means. */
  const anchors = new Map<string, Node>();
  let aliases = 0;
  visit(document, {
    Alias(_key, node, ancestors) {
      aliases++;
      if (aliases === limits.yamlAliases + 1) {
        found.push({ offset: start(node), message: `more than ${limits.yamlAliases} aliases` });
        return visit.BREAK;
      }
      const named = anchors.get(node.source);
      if (named === undefined) found.push({ offset: start(node), message: 'no anchor before it has this name' });
      else if (ancestors.includes(named)) {
        found.push({ offset: start(node), message: 'an alias cannot stand inside of what it repeats' });
      }
      return undefined;
    },
    Value(_key, node) {
      if (node.anchor) anchors.set(node.anchor, node);
      if (isMap(node)) for (const repeated of repeatedNames(node)) found.push(repeated);
    },
    Pair(_key, { key }) {
      if (!isScalar(key) || key.value === null || key.value === '__proto__') {
        found.push({ offset: isNode(key) ? start(key) : 0, message: 'expected a plain name before the colon' });
      }
    },
  });
  return found;
}

function repeatedNames(map: YAMLMap): readonly Found[] {
  const seen = new Set<string>();
  return map.items.flatMap(pair => {
    const name = nameOf(pair);
    if (!seen.has(name) || !isNode(pair.key)) {
      seen.add(name);
      return [];
    }
    return [{ offset: start(pair.key), message: `${JSON.stringify(name)} stands here twice` }];
  });
}

const tooManyAliases = Symbol('too many aliases');

function toData(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: limits.yamlAliases });
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError) return tooManyAliases;
    throw error;
  }
}

const start = (node: Node): number => node.range?.[0] ?? 0;

const resolved = (node: unknown, document: Document.Parsed): unknown => (isAlias(node) ? node.resolve(document) : node);

const nameOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : '');

const mapNames = (node: unknown): readonly string[] => (isMap(node) ? node.items.map(nameOf) : []);

function nodeAt(document: Document.Parsed, path: Path): unknown {
  let node: unknown = document.contents;
  for (const part of path) node = childOf(resolved(node, document), part)?.value;
  return node;
}

/** A missing member stands where its parent does, an empty value where its name does. */
function offsetOf(document: Document.Parsed, path: Path, atName: boolean): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? start(node) : 0;
  for (const [index, part] of path.entries()) {
    const child = childOf(resolved(node, document), part);
    if (child === null) return offset;
    const byValue = index === path.length - 1 && !atName && isFilled(child.value);
    const spot = byValue ? child.value : (child.name ?? child.value);
    if (isNode(spot)) offset = start(spot);
    node = child.value;
  }
  return offset;
}

const isFilled = (node: unknown): boolean => isNode(node) && node.range?.[0] !== node.range?.[1];

interface Child {
  /** The node of the name, in a mapping. */
  readonly name: unknown;
  readonly value: unknown;
}

function childOf(node: unknown, part: string | number): Child | null {
  if (isSeq(node) && typeof part === 'number') {
    return part < node.items.length ? { name: null, value: node.items[part] } : null;
  }
  if (!isMap(node)) return null;
  const pair = pairsOf(node).get(String(part));
  return pair ? { name: pair.key, value: pair.value } : null;
}

/** Indexes of the mappings that were asked for, so that a thousand mistakes do not search a thousand names each. */
const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = indexes.get(map);
  if (known) return known;
  const index = new Map(map.items.map(pair => [nameOf(pair), pair]));
  indexes.set(map, index);
  return index;
}
