import { type Finding, note, ok, problem, warning } from './finding.ts';
import type { KnownProvider } from './known-providers.ts';
import { counted } from './words.ts';

const CHECK = 'provider keys';

/** Null when nobody knows the providers. */
export function checkProviderKeys(providers: readonly KnownProvider[] | null): readonly Finding[] {
  if (providers === null) {
    return [note(CHECK, 'not checked', 'Correct the configuration file first, or let the doctor reach the database.')];
  }
  const closed = providers.flatMap(({ name, keys }) =>
    keys
      .filter(key => key.secret === null)
      .map(({ problem: reason }) =>
        problem(CHECK, `${name}: ${reason}`, 'Set what the reference names. Until then calls go without this key.'),
      ),
  );
  const keyless = providers
    .filter(({ adapter, keys }) => adapter !== null && !adapter.keyless && keys.length === 0)
    .map(({ name }) =>
      warning(CHECK, `${name} has no keys`, `Add keys to providers.${name} in the configuration file.`),
    );
  const opened = providers.flatMap(({ keys }) => keys.filter(key => key.secret !== null)).length;
  const found = [...closed, ...keyless];
  if (closed.length > 0) return found;
  return [ok(CHECK, `${counted(opened, 'key')} of ${counted(providers.length, 'provider')} resolve`), ...found];
}
