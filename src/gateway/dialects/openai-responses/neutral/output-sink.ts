/** Where the events of one answer are written to; nobody, where it is told as a whole. */
export interface EventSink {
  event(type: string, data: object): void;
  /** An event that holds the whole response, as JSON. */
  response(type: string, json: string): void;
  /** A piece of text: `head` is the JSON of its event up to the event's number. */
  delta(type: string, head: string, text: string): void;
}

export const noEvents: EventSink = Object.freeze({ event: () => {}, response: () => {}, delta: () => {} });
