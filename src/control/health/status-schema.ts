import { z } from 'zod';

export const snapshotSources = ['database', 'disk', 'none'] as const;
export type SnapshotSource = (typeof snapshotSources)[number];

/** What `GET /admin/v1/status` answers. */
export const statusSchema = z.object({
  version: z.string(),
  ready: z.boolean().describe('The node takes calls'),
  problems: z.array(z.string()).describe('What is in the way; empty when the node is ready'),
  notes: z.array(z.string()).describe('What its operator should know although it takes calls'),
  snapshot_source: z
    .enum(snapshotSources)
    .describe('Where the configuration comes from; disk: the database was not there at the start'),
  snapshot_version: z.number().describe('Number of the configuration that calls are served with'),
  ledger: z.object({
    lag_millis: z.number().describe('Age of the oldest usage event that is not in the ledger yet; 0 when all are'),
    pending_events: z.number().describe('Finished events that are not in the ledger'),
    pending_bytes: z.number(),
    pending_segments: z.number().describe('Files of the spool, the one being written among them'),
    set_aside: z.number().describe('Events that the database could not take, kept in a file of the spool'),
  }),
});
