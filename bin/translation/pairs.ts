import type { Fields, Probe } from './probe.ts';

/** Names of one thing: given two of them, the translation follows one. */
const synonyms: readonly (readonly string[])[] = [
  ['max_tokens', 'max_completion_tokens'],
  ['reasoning_effort', 'reasoning', 'thinking'],
  ['tool_choice', 'function_call'],
  ['user', 'safety_identifier'],
];

const namesOf = (request: Fields): readonly string[] => Object.keys(request).filter(name => name !== 'messages');

const meanOne = (one: string, other: string): boolean =>
  synonyms.some(names => names.includes(one) && names.includes(other));

/** A probe beside what another one sends; null where the two speak about the same thing. */
export function beside(probe: Probe, other: Probe): Probe | null {
  const given = namesOf(other.request);
  const clash = namesOf(probe.request).some(name =>
    given.some(known => (known === name ? differs(probe.base, other.request, name) : meanOne(name, known))),
  );
  if (clash) return null;
  const { request, base } = probe;
  return {
    ...probe,
    name: `${probe.name} beside ${other.name}`,
    request: { ...other.request, ...request },
    base: { ...other.request, ...base },
  };
}

const differs = (one: Fields, other: Fields, name: string): boolean =>
  JSON.stringify(one[name]) !== JSON.stringify(other[name]);
