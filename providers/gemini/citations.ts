import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import type { Citation } from '../../src/spec/chat/parts.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts';
import type { SpokenText, Stretch } from './spoken-text.ts';

/** What one candidate says of its sources. */
export interface Sources {
  readonly groundingMetadata: Fields;
  readonly citationMetadata: Fields;
}

/** One citation for each source of each stretch of the text; a source that no stretch names is cited without one. */
export function citationParts(choice: number, sources: Sources, text: SpokenText): readonly ChatPart[] {
  const citations = [...grounded(sources.groundingMetadata, text), ...quoted(sources.citationMetadata, text)];
  return citations.map(citation => ({ type: 'citation', choice, citation }));
}

function grounded({ groundingChunks, groundingSupports }: Fields, text: SpokenText): readonly Citation[] {
  const chunks = listOf(groundingChunks).map(fieldsOf);
  const named = new Set<number>();
  const cited = listOf(groundingSupports)
    .filter(isFields)
    .flatMap(({ segment, groundingChunkIndices }) => {
      const stretch = text.find(fieldsOf(segment));
      const indices = listOf(groundingChunkIndices)
        .map(Number)
        .filter(index => chunks[index] !== undefined);
      for (const index of indices) named.add(index);
      return indices.map(index => citationOf(chunks[index]!, stretch));
    });
  return [...cited, ...chunks.filter((_, index) => !named.has(index)).map(chunk => citationOf(chunk, null))];
}

/** A chunk holds its source under the name of its kind: `web`, `retrievedContext`, `maps`, `image`. */
function citationOf(chunk: Fields, stretch: Stretch | null): Citation {
  const [source = {}] = Object.values(chunk).filter(isFields);
  const url = textOf(source.uri) || textOf(source.sourceUri);
  const title = textOf(source.title);
  const quote = textOf(source.text);
  return {
    ...(url !== '' && { url }),
    ...(title !== '' && { title }),
    ...(quote !== '' && { quote }),
    ...stretch,
    extra: { gemini: chunk },
  };
}

/** Words that stand in a source as well. */
function quoted({ citations, citationSources }: Fields, text: SpokenText): readonly Citation[] {
  return [...listOf(citations), ...listOf(citationSources)].filter(isFields).map(wire => {
    const url = textOf(wire.uri);
    const title = textOf(wire.title);
    return { ...(url !== '' && { url }), ...(title !== '' && { title }), ...text.find(wire), extra: { gemini: wire } };
  });
}
