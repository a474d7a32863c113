import { type Case, CITIES, type Client } from './cases.ts';
import { TEXT, USAGE } from './upstream/scenario.ts';
import type { Seen } from './upstream/server.ts';

/** What a client told about its run. */
export interface Said {
  readonly text?: string;
  readonly thought?: string;
  readonly finish?: string;
  /** Null where the client tells nothing of it. */
  readonly usage: Readonly<Record<string, number | null | undefined>> | null;
  /** Cities that its tool was called for. */
  readonly asked: readonly string[];
  /** In how many pieces the text came. */
  readonly pieces?: number;
}

export interface Run {
  readonly client: Client;
  readonly one: Case;
  readonly said: Said | null;
  readonly failure: string | null;
  readonly requests: readonly Seen[];
  readonly outside: readonly string[];
}

export interface Verdict {
  readonly wrong: readonly string[];
  readonly notes: readonly string[];
}

const RESULTS = ['Paris: 21 degrees', 'Oslo: 7 degrees', 'Rome: 25 degrees'];

export function judge(run: Run): Verdict {
  const { said, failure, requests, outside, client, one } = run;
  const wrong = requests.flatMap(({ refused, url }) => (refused === null ? [] : [`${url} was refused: ${refused}`]));
  if (outside.length > 0) wrong.push(`it asked outside of this machine: ${outside.join(', ')}`);
  if (failure !== null) wrong.push(failure);
  if (said === null) return { wrong, notes: [] };
  wrong.push(...(one.tools ? roundTrip(said, requests) : text(said)));
  if (said.pieces !== undefined && said.pieces < 2) wrong.push('the text came in one piece');
  const compared = client.ownCounts !== 'always' && !(client.ownCounts === 'streamed' && one.mode === 'stream');
  if (compared) wrong.push(...counts(said));
  return { wrong, notes: notesOf(run, said) };
}

const text = (said: Said): readonly string[] =>
  String(said.text).trim() === TEXT ? [] : [`the text is ${JSON.stringify(said.text)}`];

function roundTrip(said: Said, requests: readonly Seen[]): readonly string[] {
  const wrong = RESULTS.filter(result => !said.text?.includes(result)).map(
    result => `${JSON.stringify(said.text)} does not tell “${result}”`,
  );
  // Calls made at once may be done in any order.
  if (said.asked.toSorted().join() !== CITIES.toSorted().join())
    wrong.push(`the tool was called for ${said.asked.join(', ')}`);
  const steps = requests.filter(({ turn }) => turn?.scripted).length;
  if (steps !== 3) wrong.push(`the model was asked ${steps} times instead of 3 times`);
  return wrong;
}

/** Numbers that a client does not tell are not compared; those of the prompt and the answer it has to tell. */
function counts({ usage }: Said): readonly string[] {
  if (usage === null) return [];
  const wrong: string[] = [];
  for (const name of ['prompt', 'completion'] as const) {
    if (usage[name] !== USAGE[name]) wrong.push(`usage: ${name} is ${usage[name]} instead of ${USAGE[name]}`);
  }
  if (usage.cached != null && usage.cached !== USAGE.cached) wrong.push(`usage: cached is ${usage.cached}`);
  return wrong;
}

function notesOf({ one, requests }: Run, said: Said): readonly string[] {
  const last = requests.at(-1);
  const notes: string[] = [];
  if (one.effort !== undefined) notes.push(said.thought ? 'shows the thoughts' : 'shows no thoughts');
  if (one.effort !== undefined && !requests[0]?.turn?.thought) notes.push('the model was not asked to think');
  if (last !== undefined && last.issued > 0) notes.push(`sent ${last.returned} of ${last.issued} signatures back`);
  return notes;
}
