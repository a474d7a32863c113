import { type Finding, note, ok, problem, warning } from './finding.ts';
import type { Probe } from './provider-probe.ts';
import { span } from './words.ts';

const CHECK = 'clock';
/** Providers say whole seconds, and their answer takes its time. */
const PROVIDER_MILLIS = 10_000;
const DATABASE_MILLIS = 2_000;
const WRONG_MILLIS = 60_000;

const advice =
  'Let all machines follow one time (NTP: timedatectl set-ntp true). Expiry of keys, days of reports and TLS hang on it.';

/** `database`: what the database's clock is ahead of ours, in millis; null when it could not be asked. */
export function checkClock(database: number | null, probes: readonly Probe[]): readonly Finding[] {
  const providers = probes.flatMap(({ provider, asked }) =>
    asked.state === 'answered' && asked.skewMillis !== null ? [{ name: provider.name, skew: asked.skewMillis }] : [],
  );
  const found: Finding[] = [];
  if (database !== null && Math.abs(database) > DATABASE_MILLIS) {
    const judge = Math.abs(database) > WRONG_MILLIS ? problem : warning;
    found.push(judge(CHECK, `the clock of the database is ${offBy(database)} ours`, advice));
  }
  const [nearest] = providers.toSorted((one, other) => Math.abs(one.skew) - Math.abs(other.skew));
  // One provider whose clock agrees with ours is enough: then the others are wrong, and that is theirs.
  if (nearest && Math.abs(nearest.skew) > PROVIDER_MILLIS) {
    const judge = Math.abs(nearest.skew) > WRONG_MILLIS ? problem : warning;
    found.push(
      judge(CHECK, `every provider's clock differs from ours; ${nearest.name}'s is ${offBy(nearest.skew)} it`, advice),
    );
  }
  if (found.length > 0) return found;
  const agreeing = [...(database === null ? [] : ['the database']), ...(nearest ? [nearest.name] : [])];
  if (agreeing.length > 0) return [ok(CHECK, `agrees with ${agreeing.join(' and ')}`)];
  return [
    note(CHECK, 'there was no other clock to compare with', 'Run this again when the database or a provider answers.'),
  ];
}

const offBy = (skew: number): string => `${span(skew)} ${skew > 0 ? 'ahead of' : 'behind'}`;
