/** Whose answers they are. Every key of the team may go on from them, and nobody else. */
export interface ResponseScope {
  readonly organization: string;
  readonly team: string;
}

/**
 * Answers of targets that keep no state, kept here with their conversations. An id of another scope is an id that there
 * is not. Every operation throws, or rejects with, `database_unavailable` while the database is away.
 */
export interface ResponseStore {
  /** Resolves when it would survive a crash. The id is a UUID. */
  save(id: string, scope: ResponseScope, content: Buffer): Promise<void>;
  /** Null when there is none, or its time is over. */
  load(id: string, scope: ResponseScope): Promise<Buffer | null>;
  /** False when there was none. */
  remove(id: string, scope: ResponseScope): Promise<boolean>;
}
