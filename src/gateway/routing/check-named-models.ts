import { GatewayError } from '../../spec/gateway-error.ts';
import type { Principal, RoutingPolicy, Snapshot } from '../../spec/snapshot.ts';
import type { BodyScan } from '../body/scan-body.ts';
import { mayUse } from './resolve-model.ts';

/**
 * Members in which a body may name models beside its own: tools that ask another model (`advisor_…`, image generation),
 * and what routers take as fallbacks.
 */
const PLACES = ['tools', 'models', 'plugins'] as const;
const QUOTED = Buffer.from('"model');
/** How a name may be hidden from a look at the bytes. */
const ESCAPED = Buffer.from('\\u');

interface NamedBy {
  readonly snapshot: Snapshot;
  readonly principal: Principal;
  readonly policy: RoutingPolicy;
}

/**
 * A key that may use some models only reaches no other one through a tool of the provider's. Throws `invalid_value` that
 * names the member; the same for a model that is not known. What nobody names is not parsed.
 */
export function checkNamedModels(
  scan: BodyScan,
  principal: Principal,
  snapshot: Snapshot,
  policy: RoutingPolicy,
): void {
  if (principal.models.includes('*')) return;
  const by = { principal, snapshot, policy };
  for (const place of PLACES) {
    const member = scan.member(place);
    if (member === undefined || scan.type(member) !== 'array') continue;
    const bytes = scan.bytes.subarray(member.valueStart, member.valueEnd);
    if (place === 'models') checkNames(scan.parse(member), place, by);
    else if (bytes.includes(QUOTED) || bytes.includes(ESCAPED)) checkEach(scan.parse(member) as unknown[], place, by);
  }
}

function checkEach(entries: readonly unknown[], place: string, by: NamedBy): void {
  for (const [index, entry] of entries.entries()) {
    const members = fieldsOf(entry);
    // A schema of the caller's may have members of any name.
    const { function: _, input_schema: _schema, parameters, functionDeclarations: _many, ...others } = members;
    const own = members.type === 'function' || members.type === undefined;
    search(own ? others : { ...others, parameters }, `${place}[${index}]`, by);
  }
}

function search(value: unknown, path: string, by: NamedBy): void {
  if (Array.isArray(value)) return value.forEach((entry, index) => void search(entry, `${path}[${index}]`, by));
  for (const [name, inner] of Object.entries(fieldsOf(value))) {
    const at = `${path}.${name}`;
    if (/^models?$/i.test(name) && isNames(inner)) checkNames(inner, at, by);
    else if (!SCHEMAS.has(name)) search(inner, at, by);
  }
}

/** Of tools inside other tools, such as a namespace of functions. */
const SCHEMAS: ReadonlySet<string> = new Set(['input_schema', 'function', 'properties', 'functionDeclarations']);

const isNames = (value: unknown): boolean => typeof value === 'string' || Array.isArray(value);

function checkNames(value: unknown, path: string, by: NamedBy): void {
  for (const name of [value].flat(2)) {
    if (typeof name !== 'string' || isAllowed(name, by)) continue;
    const message = `The key may not use the model that "${path}" names, or it does not exist.`;
    throw new GatewayError('invalid_value', { param: path, message });
  }
}

/** By its own name, by that of a provider that makes or lists it, or since the call may reach it anyhow. */
function isAllowed(name: string, { snapshot, principal, policy }: NamedBy): boolean {
  if (mayUse(principal, name)) return true;
  if ([...policy.targets, ...policy.fallbacks].some(({ model }) => model === name)) return true;
  return [...snapshot.providers.values()].some(
    ({ name: provider, adapter, models }) =>
      (adapter?.makes?.test(name) === true || models.has(name)) && mayUse(principal, `${provider}/${name}`),
  );
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
