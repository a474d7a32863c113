import { readAnnotation } from '../../../../spec/chat/annotations.ts';
import type { Citation } from '../../../../spec/chat/parts.ts';
import type { Warning } from '../../../../spec/warning.ts';
import type { Members } from '../../neutral/members.ts';

const NONE: readonly Citation[] = [];

/** `annotations` of an answer that the client sends back. */
export function readCitations(message: Members, warnings: Warning[]): readonly Citation[] {
  const annotations = message.array('annotations');
  if (annotations === undefined) return NONE;
  return annotations.flatMap((annotation, index) => {
    const citation = readAnnotation(annotation);
    if (citation !== null) return [citation];
    const field = `${message.at('annotations')}[${index}]`;
    warnings.push({ field, action: 'dropped', why: 'It is no annotation of a known form.' });
    return [];
  });
}
