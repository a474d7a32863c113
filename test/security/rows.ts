import { attackRows } from './rows/attacks.ts';
import { operationRows } from './rows/operations.ts';

/** One row of the threat model. Tests in this folder prove it: their titles begin with its id. */
export interface ThreatRow {
  readonly id: string;
  /** `later`: belongs to a part of the product that does not exist. */
  readonly when: 'now' | 'later';
  readonly threat: string;
  /** What is built against it, as it is; null where nothing is. */
  readonly defence: string | null;
  /** What does not exist yet and would open this door, or another part of it. */
  readonly missing?: string;
}

/** Letter of the ids, and what the group is about. */
export const threatGroups: ReadonlyMap<string, string> = new Map([
  ['K', 'Keys and authentication'],
  ['H', 'HTTP framing'],
  ['J', 'Bodies and names'],
  ['S', 'Reaching out'],
  ['P', 'What providers send back'],
  ['L', 'Secrets, logs, metrics'],
  ['T', 'Tenants'],
  ['B', 'Money'],
  ['D', 'Staying up'],
  ['A', 'Admin port and console'],
  ['C', 'Host and supply chain'],
]);

export const threatRows: readonly ThreatRow[] = [...attackRows, ...operationRows];
