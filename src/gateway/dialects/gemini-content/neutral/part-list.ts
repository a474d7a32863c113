import type { Fields } from '../../neutral/members.ts';

/**
 * Parts of one candidate in the order in which they came. Texts of one kind that follow one another are one part, and a
 * signature belongs to the part before it where that has none yet.
 */
export class PartList {
  readonly parts: Record<string, unknown>[] = [];

  text(text: string, thought: boolean): void {
    if (text === '') return;
    const last = this.parts.at(-1);
    if (last !== undefined && isOpen(last, thought)) last.text = `${last.text}${text}`;
    else this.parts.push({ text, ...(thought && { thought }) });
  }

  sign(thoughtSignature: string, thought: boolean): void {
    const last = this.parts.at(-1);
    if (last !== undefined && isOpen(last, thought)) last.thoughtSignature = thoughtSignature;
    else this.parts.push({ text: '', ...(thought && { thought }), thoughtSignature });
  }

  push(part: Fields): void {
    this.parts.push({ ...part });
  }
}

const isOpen = (part: Fields, thought: boolean): boolean =>
  typeof part.text === 'string' && (part.thought === true) === thought && part.thoughtSignature === undefined;
