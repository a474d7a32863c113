import type { Citation } from '../../src/spec/chat/parts.ts';
import { fieldsOf, indexOf, listOf, textOf } from '../openai-chat/answer-fields.ts';
import type { Fields } from '../openai-chat/options.ts';
import { DIALECT } from './own-members.ts';

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** One citation for each source. `text` is the block it is about, which begins at `base` of the answer's text. */
export function citationsOf(wire: Fields, text: string, base: number): readonly Citation[] {
  const found = stretchOf(wire, text);
  const place = found === null ? {} : { start: base + found.start, end: base + found.end };
  const sources = listOf(wire.sources).map(fieldsOf);
  return (sources.length === 0 ? [{}] : sources).map(source => ({
    ...sourceOf(source),
    ...place,
    extra: { [DIALECT]: { ...wire, sources: [source] } },
  }));
}

/** A document that the caller gave, or what a tool said. */
function sourceOf(source: Fields): Citation {
  const told = fieldsOf(source.document ?? source.tool_output);
  const url = [textOf(told.url), textOf(told.link)].find(text => /^https?:\/\//i.test(text));
  const title = textOf(told.title) || textOf(told.name) || textOf(source.id);
  const quote = textOf(told.text) || textOf(told.snippet) || textOf(told.content) || textOf(told.data);
  return {
    ...(url !== undefined && { url }),
    ...(title !== '' && { title }),
    ...(quote !== '' && { quote }),
  };
}

/** Where the words of a citation stand. Null where the text has no such place. */
function stretchOf(wire: Fields, text: string): Stretch | null {
  const words = textOf(wire.text);
  const [start, end] = [indexOf(wire.start), indexOf(wire.end)];
  const told = start === null || end === null || end <= start ? null : { start, end };
  if (words === '') return told === null ? null : inUnits(told, text);
  if (told !== null && text.slice(told.start, told.end) === words) return told;
  const counted = told === null ? null : inUnits(told, text);
  if (counted !== null && text.slice(counted.start, counted.end) === words) return counted;
  const found = text.indexOf(words);
  return found < 0 ? null : { start: found, end: found + words.length };
}

/** The API counts code points. */
function inUnits({ start, end }: Stretch, text: string): Stretch | null {
  const points = Array.from(text);
  const first = points.slice(0, start).join('').length;
  const last = first + points.slice(start, end).join('').length;
  return last > first ? { start: first, end: last } : null;
}
