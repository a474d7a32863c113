import type Anthropic from '@anthropic-ai/sdk';
import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';
import { fieldsOf, isFields, listOf } from './fields.ts';

type InputSchema = Anthropic.Tool.InputSchema;

const COMBINATIONS = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * The schema of a tool's input. The API wants `type: object` at the top and neither a reference nor a choice of
 * schemas there, so a reference is followed and a choice becomes one object that has the members of all of them.
 */
export function inputSchema(schema: JsonSchema | undefined): { schema: InputSchema; changed: boolean } {
  if (schema === undefined) return { schema: { type: 'object', properties: {} }, changed: false };
  const { root, seen } = followed(schema);
  const choice = COMBINATIONS.find(name => Array.isArray(root[name]));
  if (choice === undefined) return { schema: { ...root, type: 'object' }, changed: !isObjectType(root.type) };
  const { anyOf, oneOf, allOf, ...rest } = root;
  return { schema: merged(rest, listOf(root[choice]), choice, schema, seen), changed: true };
}

const isObjectType = (type: unknown): boolean => type === undefined || type === 'object';

/** The schema behind references at the top, with the definitions they live in. */
function followed(schema: JsonSchema): { root: JsonSchema; seen: ReadonlySet<string> } {
  const seen = new Set<string>();
  let root = schema;
  while (typeof root.$ref === 'string' && !seen.has(root.$ref)) {
    seen.add(root.$ref);
    const { $ref, ...beside } = root;
    root = { ...beside, ...pointed(schema, root.$ref) };
  }
  if (root.$ref === undefined) return { root, seen };
  const { $ref, ...rest } = root;
  return { root: rest, seen };
}

/** What a local reference (`#/$defs/Name`) points at; nothing where it points elsewhere. */
function pointed(schema: JsonSchema, reference: string): JsonSchema {
  let at: unknown = schema;
  for (const step of reference.split('/').slice(1)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    at = isFields(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return fieldsOf(at);
}

function merged(
  rest: JsonSchema,
  branches: readonly unknown[],
  choice: (typeof COMBINATIONS)[number],
  whole: JsonSchema,
  seen: ReadonlySet<string>,
): InputSchema {
  const objects = branches.filter(isFields).map(branch => resolved(branch, whole, seen));
  const required = objects.map(branch => new Set(listOf(branch.required)));
  const all = [...new Set(required.flatMap(names => [...names]))];
  // A member is required if every branch of a choice, or any part of a sum, requires it.
  const shared = choice === 'allOf' ? all : all.filter(name => required.every(names => names.has(name)));
  const properties = Object.assign(
    {},
    fieldsOf(rest.properties),
    ...objects.map(branch => fieldsOf(branch.properties)),
  );
  const { additionalProperties, ...open } = rest;
  const names = [...new Set([...listOf(rest.required), ...shared])] as string[];
  return { ...open, type: 'object', properties, ...(names.length > 0 ? { required: names } : {}) };
}

const resolved = (branch: JsonSchema, whole: JsonSchema, seen: ReadonlySet<string>): JsonSchema =>
  typeof branch.$ref === 'string' && !seen.has(branch.$ref) ? pointed(whole, branch.$ref) : branch;
