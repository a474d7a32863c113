import { z } from 'zod';
import { didYouMean } from '../../spec/nearest.ts';
import { parseDuration } from '../../spec/units.ts';

/** Members that are known but not built, with the only values that ask for nothing and are therefore accepted. */
export type NotBuilt = Readonly<Record<string, readonly (string | number | boolean)[]>>;

/** Marks an issue that is about a member's name, not its value. */
export const atName = { atName: true } as const;

/**
 * A mapping with exactly these members. Every other name is a mistake with its nearest known names; a member that is
 * known but not built is refused by name. An empty mapping may be left out after the colon.
 */
export function members<Shape extends z.ZodRawShape>(shape: Shape, notBuilt: NotBuilt = {}) {
  const known = [...Object.keys(shape), ...Object.keys(notBuilt)];
  const later = Object.fromEntries(Object.entries(notBuilt).map(([name, same]) => [name, refused(name, same)]));
  const schema = z.object({ ...later, ...shape }).catchall(unknownMember(known, Object.keys(shape)));
  return z.preprocess(value => withNames(value ?? {}, known), schema) as unknown as z.ZodType<
    z.output<z.ZodObject<Shape, z.core.$strip>>
  >;
}

/** Carries an unknown member's name to the schema that refuses it, which is not told the name otherwise. */
class UnknownMember {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

function withNames(value: unknown, known: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const named = Object.entries(value).map(([name, member]) => [
    name,
    known.includes(name) ? member : new UnknownMember(name),
  ]);
  return Object.fromEntries(named);
}

const unknownMember = (known: readonly string[], built: readonly string[]) =>
  z.custom<never>(() => false, {
    error: issue => {
      const name = issue.input instanceof UnknownMember ? issue.input.name : '';
      const expected = built.length === 0 ? 'no members' : built.join(', ');
      return `is not known here${didYouMean(name, known)}; expected ${expected}`;
    },
    params: atName,
  });

const refused = (name: string, same: readonly (string | number | boolean)[]) =>
  z
    .custom<never>(value => same.some(accepted => accepted === value), {
      error:
        same.length === 0
          ? `${name} is not built yet`
          : `${name} is not built yet; only ${same.join(' or ')} is possible`,
      params: atName,
    })
    .optional();

/** One of these words; words that are known but not built are refused by name. */
export function oneOf<Word extends string>(words: readonly Word[], notBuilt: readonly string[]) {
  return z.custom<Word>(value => words.some(word => word === value), {
    error: ({ input }) => {
      const text = String(input);
      if (notBuilt.includes(text)) return `${text} is not built yet; expected ${words.join(', ')}`;
      return `expected ${words.join(', ')}${didYouMean(text, words)}`;
    },
  });
}

/** The sentence for a value of the wrong kind, which also says when there is none. */
export const missingOr = (expected: string) => ({
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? `is missing; ${expected}` : expected),
});

/** Text such as `30s`, in millis. */
export const duration = z
  .string({ error: 'expected a duration such as 500ms, 30s or 10m' })
  .transform((text, context) => {
    const millis = parseDuration(text);
    if (millis !== null && millis > 0 && millis <= 86_400_000) return millis;
    context.addIssue({ code: 'custom', message: 'expected a duration of more than 0 and at most 24h, such as 30s' });
    return z.NEVER;
  });

/** A day (`2026-01-31`, from midnight UTC) or a time with its zone. */
export const moment = z.string({ error: 'expected a date such as 2026-01-31' }).transform((text, context) => {
  const valid = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(text).success;
  if (valid) return new Date(text);
  context.addIssue({ code: 'custom', message: 'expected a date such as 2026-01-31 or 2026-01-31T12:00:00Z' });
  return z.NEVER;
});
