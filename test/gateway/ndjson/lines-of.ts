import { LineEvents } from '../../../src/gateway/ndjson/line-events.ts';

/** The data of all events of a stream that arrives in these chunks. */
export function linesOf(chunks: readonly Buffer[]): string[] {
  const reader = new LineEvents();
  const lines: string[] = [];
  const read = () => {
    for (let event = reader.next(); event !== null; event = reader.next()) lines.push(event.data);
  };
  for (const chunk of chunks) {
    reader.push(chunk);
    read();
  }
  reader.end();
  read();
  return lines;
}
