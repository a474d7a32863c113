import { limits } from '../../spec/limits.ts';
import type { Warning } from '../../spec/warning.ts';

type Warnings = readonly Warning[];

/** Names of members are the caller's to choose, and a path of them can be very long. */
const LONGEST_FIELD = 256;
/** For the entry that stands for all others. */
const RESERVED = 160;

/**
 * The warnings of a call as the header, the log and the recent calls keep them: as many as fit into one header that
 * every proxy takes, and one that counts the rest. A caller chooses how many there are, and each is kept for minutes.
 */
export function fittingWarnings(warnings: Warnings): Warnings {
  const fitting: Warning[] = [];
  let length = RESERVED;
  for (const warning of warnings) {
    const kept = withShortField(warning);
    length += asciiJson(kept).length + 1;
    if (length > limits.headerValueLength) return [...fitting, theRest(warnings.length - fitting.length)];
    fitting.push(kept);
  }
  return fitting;
}

/** JSON in ASCII, as a header holds it. */
export const asciiJson = (value: Warning | Warnings): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

function withShortField(warning: Warning): Warning {
  const { field } = warning;
  return field.length <= LONGEST_FIELD ? warning : { ...warning, field: `${field.slice(0, LONGEST_FIELD)}…` };
}

const theRest = (count: number): Warning => ({
  field: '…',
  action: 'dropped',
  why: `${count} more members were changed or left out; there is no room for their names.`,
});
