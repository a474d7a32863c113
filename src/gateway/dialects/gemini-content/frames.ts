/** How the chunks of a stream stand one behind the other. State of one stream. */
export interface StreamFrame {
  /** One chunk, which is JSON. */
  write(json: string): string;
  end(): string;
}

/** Server-sent events, as with `alt=sse`. JSON has no raw line end, so no text can begin an event of its own. */
export const eventFrame = (): StreamFrame => ({
  write: json => `data: ${json}\r\n\r\n`,
  end: () => '',
});

/** One JSON array, whose elements come as the chunks do. */
export function arrayFrame(): StreamFrame {
  let begun = false;
  return {
    write: json => {
      const opening = begun ? ',\r\n' : '[';
      begun = true;
      return opening + json;
    },
    end: () => (begun ? ']' : '[]'),
  };
}
