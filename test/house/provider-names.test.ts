import { expect, test } from 'vitest';
import { plannedAdapters, providers } from '../../providers/index.ts';
import { lineOf, read, type Syntax, sourceFiles, syntaxOf, visit } from './sources.ts';

/** Our own; its name is also one that model aliases may not take. */
const ours = 'simulator';

const names = [...providers.keys(), ...plannedAdapters.keys()].filter(name => name !== ours);

/** `openaiChat`, `OPENAI_API_KEY` and `api.openai.com` all have the word `openai`. */
const words = (text: string) =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** Dialects, their headers and their URL prefixes carry their maker's name: `openai-chat`, `openai-beta`, `/openai`. */
const isDialect = (text: string) =>
  text !== 'openai-compatible' &&
  /^(openai|anthropic|gemini|mistral|cohere|bedrock|ollama)-[a-z][a-z-]*$|^\/(openai|anthropic|gemini)(\/|$)/.test(
    text,
  );

/** Which members of a request belong to another dialect than the one it came in, by the name of its maker. */
const dialectTables = new Set(['src/spec/chat/foreign-members.ts']);

const dialectMakers = new Set(['openai', 'anthropic', 'gemini']);

function namedIn(text: string, isIdentifier: boolean): string | undefined {
  if (text.includes('openai-compatible')) return 'openai-compatible';
  const found = words(text);
  // `openaiChat` is the name of a dialect; `openai` alone is a provider.
  if (isIdentifier && found.length > 1 && dialectMakers.has(found[0]!)) return undefined;
  return names.find(name => found.includes(name));
}

function textOf(node: Syntax): string | null {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateElement') {
    const value = node.value as { readonly raw: string };
    return value.raw;
  }
  return null;
}

function namedProviders(file: string): string[] {
  if (dialectTables.has(file)) return [];
  const text = read(file);
  const found: string[] = [];
  visit(syntaxOf(text), node => {
    if (/^(Import|Export\w*)Declaration$/.test(node.type) && node.source) return false;
    const literal = textOf(node);
    const name =
      literal !== null
        ? isDialect(literal)
          ? undefined
          : namedIn(literal, false)
        : node.type === 'Identifier' && typeof node.name === 'string'
          ? namedIn(node.name, true)
          : undefined;
    if (name) found.push(`${file}:${lineOf(text, node.start)} names ${name}`);
    return true;
  });
  return found;
}

test('no code under src knows a provider by name', () => {
  expect(sourceFiles('src').flatMap(namedProviders)).toEqual([]);
});
