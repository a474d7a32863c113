type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 8;
const MAX_NODES = 1_000;

const formats: ReadonlyMap<unknown, string> = new Map([
  ['date', '2025-01-01'],
  ['date-time', '2025-01-01T00:00:00Z'],
  ['time', '00:00:00Z'],
  ['email', 'someone@example.com'],
  ['uri', 'https://example.com/'],
  ['url', 'https://example.com/'],
  ['uuid', '00000000-0000-4000-8000-000000000000'],
]);

/** Arguments that fit a tool's JSON schema, always the same for the same schema. Bounded in depth and size. */
export function toolArguments(schema: unknown): unknown {
  const root = schemaOf(schema);
  let nodes = 0;

  const value = (given: unknown, depth: number): unknown => {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) return null;
    const node = resolve(root, schemaOf(given));
    if ('const' in node) return node.const;
    if ('default' in node) return node.default;
    if (Array.isArray(node.examples) && node.examples.length > 0) return node.examples[0];
    if (Array.isArray(node.enum)) return node.enum[0];
    switch (typeOf(node)) {
      case 'object':
        return object(node, depth);
      case 'array':
        return array(node, depth);
      case 'number':
      case 'integer':
        return number(node);
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return text(node);
    }
  };

  const object = (node: Schema, depth: number): Schema => {
    const properties = schemaOf(node.properties);
    const names = Array.isArray(node.required) ? node.required.map(String) : Object.keys(properties);
    return Object.fromEntries(names.map(name => [name, value(properties[name], depth + 1)]));
  };

  const array = (node: Schema, depth: number): unknown[] => {
    const length = Math.min(Number(node.minItems ?? 1) || 0, 16);
    return Array.from({ length }, () => value(node.items, depth + 1));
  };

  const whole = value(root, 0);
  return schemaOf(whole);
}

/** Follows a local `$ref`, merges `allOf`, takes the first way of `anyOf` and `oneOf`; a circle of references ends. */
function resolve(root: Schema, given: Schema): Schema {
  let node = given;
  for (let step = 0; step < MAX_DEPTH; step++) {
    const ways = [node.anyOf, node.oneOf].find(Array.isArray) as unknown[] | undefined;
    if (typeof node.$ref === 'string') node = at(root, node.$ref);
    else if (Array.isArray(node.allOf)) node = merged(node, node.allOf);
    else if (ways) node = schemaOf(ways.find(way => schemaOf(way).type !== 'null') ?? ways[0]);
    else break;
  }
  return node;
}

function merged({ allOf: _, ...node }: Schema, parts: readonly unknown[]): Schema {
  const all = [node, ...parts.map(schemaOf)];
  const required = all.flatMap(part => (Array.isArray(part.required) ? part.required : []));
  const properties = Object.assign({}, ...all.map(part => schemaOf(part.properties))) as Schema;
  return Object.assign({}, ...all, { properties }, required.length > 0 ? { required } : {}) as Schema;
}

/** `#/$defs/place` within the root; anything else is an empty schema. */
function at(root: Schema, reference: string): Schema {
  if (!reference.startsWith('#')) return {};
  const steps = reference.slice(1).split('/').filter(Boolean);
  return steps.reduce<Schema>((node, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return Object.hasOwn(node, name) ? schemaOf(node[name]) : {};
  }, root);
}

function typeOf(node: Schema): string {
  const types = Array.isArray(node.type) ? node.type.filter(type => type !== 'null') : [node.type];
  if (typeof types[0] === 'string') return types[0];
  if ('properties' in node) return 'object';
  return 'items' in node ? 'array' : 'string';
}

function number(node: Schema): number {
  const step = Number(node.multipleOf) || 1;
  const low = typeof node.exclusiveMinimum === 'number' ? node.exclusiveMinimum + step : Number(node.minimum ?? 1);
  const high = Number(node.maximum ?? Number.POSITIVE_INFINITY);
  return Math.min(Math.ceil(low / step) * step, high);
}

function text(node: Schema): string {
  const sample = formats.get(node.format) ?? 'example';
  const length = Math.min(Number(node.minLength ?? 0) || 0, 1_000);
  return sample.padEnd(length, 'x').slice(0, Number(node.maxLength ?? Number.POSITIVE_INFINITY));
}

const schemaOf = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
